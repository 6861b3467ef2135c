package dev.holdfast.gateway.path;

import dev.holdfast.config.PoolConfig;
import dev.holdfast.gateway.header.Declared;
import dev.holdfast.gateway.header.HeaderWriter;
import dev.holdfast.gateway.health.HealthChecks;
import dev.holdfast.words.PoolName;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The PROXY header of checks: where sessions of a pool send one and a check goes where they go. At
 * another port or address there is mostly something that knows no such header. Any thread.
 */
final class CheckHeaders implements HealthChecks.Header {
  private volatile Map<PoolName, Pool> pools = Map.of();

  /**
   * A pool that sends headers.
   *
   * @param v2 in version 2
   * @param ends where its sessions go
   */
  private record Pool(boolean v2, Set<End> ends) {}

  private record End(String host, int port) {}

  /** These pools are in force. */
  void apply(List<PoolConfig> configured) {
    Map<PoolName, Pool> next = new HashMap<>();
    for (PoolConfig pool : configured) {
      if (pool.sendProxyProtocol() != PoolConfig.ProxyProtocol.NONE) {
        Set<End> ends =
            pool.servers().stream()
                .flatMap(
                    server -> server.ports().stream().map(port -> new End(server.host(), port)))
                .collect(Collectors.toSet());
        next.put(
            pool.name(), new Pool(pool.sendProxyProtocol() == PoolConfig.ProxyProtocol.V2, ends));
      }
    }
    pools = Map.copyOf(next);
  }

  @Override
  public @Nullable ByteBuf of(PoolName name, String host, int port, Channel channel) {
    Pool pool = pools.get(name);
    if (pool == null || !pool.ends.contains(new End(host, port))) {
      return null;
    }
    if (pool.v2) {
      return Unpooled.wrappedBuffer(HeaderWriter.local());
    }
    return channel.localAddress() instanceof InetSocketAddress here
            && channel.remoteAddress() instanceof InetSocketAddress there
        ? Unpooled.wrappedBuffer(HeaderWriter.v1(Declared.of(here, there)))
        : null;
  }
}
