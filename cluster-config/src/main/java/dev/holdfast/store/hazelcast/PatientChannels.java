package dev.holdfast.store.hazelcast;

import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.DefaultNodeExtension;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.internal.networking.Channel;
import com.hazelcast.internal.networking.ChannelInitializer;
import com.hazelcast.internal.networking.ChannelOption;
import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.server.ServerContext;
import com.hazelcast.internal.server.tcp.UnifiedProtocolDecoder;
import com.hazelcast.internal.server.tcp.UnifiedProtocolEncoder;
import com.hazelcast.spi.properties.ClusterProperty;
import com.hazelcast.spi.properties.HazelcastProperties;
import java.util.function.Function;

/**
 * Channels between members that wait for the greeting of the other side without turning in circles.
 *
 * <p>Hazelcast queues its first frame on a connection before the other side has said its protocol,
 * and its encoder answers "nothing to do" meanwhile. The output thread then finds the queue filled
 * and takes the channel up again at once, for as long as the other side is silent: a processor is
 * lost to it while a process is stopped, and since the thread comes to no other work that waits for
 * its selector, the members that live do not hear each other any more and part. Here the encoder
 * answers "blocked" instead, as that of TLS does; the decoder wakes it up.
 */
final class PatientChannels extends DefaultNodeExtension {
  PatientChannels(Node node) {
    super(node);
  }

  @Override
  public Function<EndpointQualifier, ChannelInitializer> createChannelInitializerFn(
      ServerContext context) {
    return qualifier -> channel -> open(channel, context);
  }

  /** As {@code UnifiedChannelInitializer} does it, but for the encoder. */
  private static void open(Channel channel, ServerContext context) {
    HazelcastProperties properties = context.properties();
    channel
        .options()
        .setOption(
            ChannelOption.DIRECT_BUF, properties.getBoolean(ClusterProperty.SOCKET_BUFFER_DIRECT))
        .setOption(
            ChannelOption.TCP_NODELAY, properties.getBoolean(ClusterProperty.SOCKET_NO_DELAY))
        .setOption(
            ChannelOption.SO_KEEPALIVE, properties.getBoolean(ClusterProperty.SOCKET_KEEP_ALIVE))
        .setOption(
            ChannelOption.SO_SNDBUF,
            properties.getInteger(ClusterProperty.SOCKET_SEND_BUFFER_SIZE)
                * ServerContext.KILO_BYTE)
        .setOption(
            ChannelOption.SO_RCVBUF,
            properties.getInteger(ClusterProperty.SOCKET_RECEIVE_BUFFER_SIZE)
                * ServerContext.KILO_BYTE)
        .setOption(
            ChannelOption.SO_LINGER, properties.getSeconds(ClusterProperty.SOCKET_LINGER_SECONDS));
    PatientEncoder encoder = new PatientEncoder(context);
    channel.outboundPipeline().addLast(encoder);
    channel.inboundPipeline().addLast(new UnifiedProtocolDecoder(context, encoder));
  }

  private static final class PatientEncoder extends UnifiedProtocolEncoder {
    PatientEncoder(ServerContext context) {
      super(context);
    }

    @Override
    public HandlerStatus onWrite() {
      HandlerStatus status = super.onWrite();
      return status == HandlerStatus.CLEAN ? HandlerStatus.BLOCKED : status;
    }
  }
}
