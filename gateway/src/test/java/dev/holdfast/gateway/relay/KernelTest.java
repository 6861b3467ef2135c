package dev.holdfast.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class KernelTest {
  @Test
  void acceptedSocketsHaveTheOptionsOfTheirListeningOne() throws Exception {
    Assumptions.assumeTrue(Epoll.isAvailable(), "needs epoll");
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    CompletableFuture<Channel> accepted = new CompletableFuture<>();
    try {
      EpollServerSocketChannel listening =
          (EpollServerSocketChannel)
              new ServerBootstrap()
                  .group(group)
                  .channel(EpollServerSocketChannel.class)
                  .childHandler(
                      new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelActive(io.netty.channel.ChannelHandlerContext context) {
                          accepted.complete(context.channel());
                        }
                      })
                  .bind(new InetSocketAddress("127.0.0.1", 0))
                  .sync()
                  .channel();
      Kernel.tune(Kernel.socket(listening), SocketSettings.USUAL, true);
      try (Socket client = new Socket()) {
        client.connect(listening.localAddress());
        EpollSocketChannel channel = (EpollSocketChannel) accepted.get(10, TimeUnit.SECONDS);
        assertThat(channel.config().isKeepAlive()).isTrue();
        assertThat(channel.config().isTcpNoDelay()).isTrue(); // Netty's doing
        assertThat(channel.config().getTcpKeepIdle()).isEqualTo(300);
        assertThat(channel.config().getTcpNotSentLowAt()).isEqualTo(Kernel.NOT_SENT_BYTES);
      }
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }
}
