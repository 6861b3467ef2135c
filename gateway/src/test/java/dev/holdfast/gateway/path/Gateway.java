package dev.holdfast.gateway.path;

import dev.holdfast.config.Check;
import dev.holdfast.config.Cidr;
import dev.holdfast.config.ListenerConfig;
import dev.holdfast.config.NodeSettings;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.gateway.log.AccessLog;
import dev.holdfast.gateway.relay.RelayKind;
import dev.holdfast.gateway.relay.RelayMemory;
import dev.holdfast.ledger.CountingAdmission;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.OnPartition;
import dev.holdfast.words.Overflow;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One gateway node on real sockets, with settings that a test may change before {@link #start}. */
final class Gateway implements AutoCloseable {
  static final ListenerName LISTENER = new ListenerName("chat");
  static final PoolName POOL = new PoolName("chat");

  final CountingAdmission admission = new CountingAdmission();
  final FixedRoutes routes = new FixedRoutes(source -> FixedRoutes.to("app-1"));
  List<ServerConfig> servers = new ArrayList<>();
  List<HostPort> bind = List.of(new HostPort("127.0.0.1", 0));
  List<Cidr> deny = List.of();
  List<Cidr> headersFrom = List.of();
  Duration headerTimeout = Duration.ofSeconds(5);
  PoolConfig.ProxyProtocol sendHeader = PoolConfig.ProxyProtocol.NONE;
  ListenerConfig.Limits limits =
      new ListenerConfig.Limits(null, null, null, 100, Duration.ofSeconds(5));
  PoolConfig.Queue queue = PoolConfig.Queue.AS_LISTENERS;
  Long serverRate;
  ListenerConfig.Refuse refuse = ListenerConfig.Refuse.RESET;
  Overflow overflow = Overflow.QUEUE;
  PoolConfig.Timeouts timeouts = new PoolConfig.Timeouts(Duration.ofSeconds(2), null, null);
  Check check = Check.none();
  Map<PoolName, List<String>> sourceAddresses = Map.of();
  NodeSettings.AccessLog accessLog = new NodeSettings.AccessLog("none", false, null);
  int connectAttempts = 4;
  long relayMemory = 64 << 20;
  int maxSessions = 10_000;
  int loops = 1;
  boolean epoll = Epoll.isAvailable();

  /** The relay, null for the one that a node would take. */
  @Nullable RelayKind relay;

  private @Nullable EventLoopGroup group;
  private @Nullable AccessLog log;
  DataPath path;

  static Cidr v4Any() {
    return Cidr.parse("0.0.0.0/0");
  }

  Gateway server(String name, InetSocketAddress... addresses) {
    List<Integer> ports = new ArrayList<>();
    for (InetSocketAddress address : addresses) {
      ports.add(address.getPort());
    }
    servers.add(
        new ServerConfig(
            new ServerName(name),
            addresses[0].getAddress().getHostAddress(),
            ports,
            100,
            null,
            serverRate,
            ServerConfig.CheckAt.SAME));
    return this;
  }

  SharedConfig config() {
    return new SharedConfig(
        1,
        OnPartition.AVAILABLE,
        Duration.ofSeconds(10),
        null,
        List.of(
            new ListenerConfig(
                LISTENER,
                bind,
                POOL,
                limits,
                List.of(v4Any(), Cidr.parse("::/0")),
                deny,
                headersFrom,
                refuse,
                new ListenerConfig.Timeouts(headerTimeout),
                ListenerConfig.BACKLOG,
                dev.holdfast.config.SocketConfig.CLIENTS)),
        List.of(
            new PoolConfig(
                POOL,
                new PoolConfig.Affinity(32, 64, Duration.ofMinutes(30)),
                overflow,
                sendHeader,
                check,
                timeouts,
                null,
                queue,
                PoolConfig.OnDown.LEAVE,
                null,
                connectAttempts,
                dev.holdfast.config.SocketConfig.SERVERS,
                servers)));
  }

  Gateway start() throws Exception {
    group =
        new MultiThreadIoEventLoopGroup(
            loops, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    List<EventLoop> eventLoops = new ArrayList<>();
    group.forEach(loop -> eventLoops.add((EventLoop) loop));
    log = AccessLog.open(accessLog, "gw-1");
    path =
        new DataPath(
            eventLoops,
            settings(),
            new RelayMemory(relayMemory),
            new DataPath.Parts(
                admission,
                (pool, loop) -> routes,
                (pool, server, vote) -> {},
                log,
                new Random(1),
                System::currentTimeMillis),
            loop -> relay == null ? RelayKind.best(loop) : relay);
    await(path.apply(config()));
    await(path.bind());
    return this;
  }

  private NodeSettings settings() {
    HostPort none = new HostPort("127.0.0.1", 0);
    return new NodeSettings(
        new NodeName("gw-1"),
        Path.of("unused"),
        none,
        none,
        none,
        new NodeSettings.Admin(none, null, null),
        null,
        Map.of(),
        sourceAddresses,
        maxSessions,
        accessLog,
        new NodeSettings.Shutdown(Duration.ofSeconds(1), Duration.ofSeconds(1)));
  }

  InetSocketAddress address() {
    return path.addresses().get(LISTENER).get(0);
  }

  Snapshot.Listener counts() {
    return path.snapshot().listeners().get(LISTENER);
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  /** Waits until nothing of any session is left. */
  void settle() {
    Wait.until(
        "all at zero",
        () ->
            path.size() == 0
                && admission.heldInAll() == 0
                && admission.waiting() == 0
                && routes.open.get() == 0
                && path.snapshot().current() == 0
                && counts().current() == 0
                && counts().queued() == 0
                && path.snapshot().pendingBytes() == 0
                && path.snapshot().pools().values().stream()
                    .flatMap(pool -> pool.servers().values().stream())
                    .flatMap(server -> server.ports().stream())
                    .allMatch(use -> use.used() == use.waiting()));
  }

  @Override
  public void close() throws IOException {
    try {
      if (path != null) {
        await(path.close());
      }
    } catch (Exception e) {
      throw new IOException(e);
    } finally {
      if (log != null) {
        log.close();
      }
      if (group != null) {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
      }
    }
  }
}
