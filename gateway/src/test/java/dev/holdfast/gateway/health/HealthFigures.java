package dev.holdfast.gateway.health;

import dev.holdfast.config.ConfigFile;
import dev.holdfast.config.Host;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.gateway.hosts.Hosts;
import dev.holdfast.words.Health;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What checks cost: so many servers, each checked every 2 s, all at one listener of this machine
 * under addresses of their own. Prints the CPU time of the thread of the checks.
 *
 * <p>Not a test: {@code java … dev.holdfast.gateway.health.HealthFigures [servers] [seconds]}.
 */
final class HealthFigures {
  private static final int OF_A_POOL = 1000;
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
          .getBytes(StandardCharsets.US_ASCII);

  private HealthFigures() {}

  public static void main(String[] args) throws Exception {
    int servers = args.length > 0 ? Integer.parseInt(args[0]) : 2000;
    int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 10;
    ServerSocketChannel listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress("0.0.0.0", 0), 4096);
    Thread answering = new Thread(() -> answer(listener), "server");
    answering.setDaemon(true);
    answering.start();
    int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
    System.out.println("java " + Runtime.version() + ", " + servers + " servers, every 2 s");
    measure("tcp", "type: tcp", servers, seconds, port);
    measure("http", "type: http, path: /healthz, body: ok", servers, seconds, port);
    System.exit(0);
  }

  private static void measure(String name, String check, int servers, int seconds, int port)
      throws Exception {
    List<PoolConfig> pools = pools(check, servers, port);
    Hosts hosts = Hosts.start(Duration.ofMinutes(1));
    hosts.want(
        pools.stream()
            .flatMap(pool -> pool.servers().stream())
            .map(ServerConfig::host)
            .collect(Collectors.toSet()));
    try (HealthChecks checks =
        HealthChecks.start(
            hosts, Map.of(), HealthChecks.Header.NONE, new Random(1), (a, b, c) -> {})) {
      checks.apply(pools);
      Thread.sleep(4000); // the first ones, and what the machine learns by them
      long before = cpuNanos();
      long began = System.nanoTime();
      Thread.sleep(seconds * 1000L);
      double part = (double) (cpuNanos() - before) / (System.nanoTime() - began);
      long up =
          pools.stream()
              .flatMap(pool -> checks.votes(pool).values().stream())
              .filter(Health.UP::equals)
              .count();
      Set<String> slowest = new TreeSet<>();
      for (PoolConfig pool : pools) {
        for (ServerConfig server : pool.servers()) {
          CheckResult last = checks.last(pool.name(), server.name());
          slowest.add(last == null ? "none" : last.code().name());
        }
      }
      System.out.printf(
          "%-5s up=%d of %d, last results %s, thread of the checks %.1f %% of a core, %.0f us a"
              + " check%n",
          name, up, servers, slowest, part * 100, part * 2e6 / servers);
    }
    hosts.close();
  }

  private static long cpuNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (long id : threads.getAllThreadIds()) {
      if (threads.getThreadInfo(id) != null
          && threads.getThreadInfo(id).getThreadName().startsWith("holdfast-checks")) {
        long nanos = threads.getThreadCpuTime(id);
        if (nanos >= 0) {
          return nanos;
        }
      }
    }
    return 0;
  }

  private static List<PoolConfig> pools(String check, int servers, int port) {
    StringBuilder text = new StringBuilder();
    text.append("listeners: [{ name: l, bind: \"127.0.0.1:7000\", pool: p0 }]\npools:\n");
    for (int i = 0; i < servers; i++) {
      if (i % OF_A_POOL == 0) {
        text.append("  - name: p").append(i / OF_A_POOL).append('\n');
        text.append("    check: { ").append(check).append(" }\n    servers:\n");
      }
      String host = "127." + (1 + i / 62_500) + "." + i / 250 % 250 + "." + (1 + i % 250);
      text.append("      - { name: s").append(i).append(", host: ").append(host);
      text.append(", ports: [").append(port).append("] }\n");
    }
    return ConfigFile.parse(text.toString(), "x", Path.of(""), new Host("h", 20_000))
        .orThrow()
        .shared()
        .pools();
  }

  private static void answer(ServerSocketChannel listener) {
    try (Selector selector = Selector.open()) {
      listener.configureBlocking(false);
      listener.register(selector, SelectionKey.OP_ACCEPT);
      ByteBuffer buffer = ByteBuffer.allocate(4096);
      while (true) {
        selector.select();
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.isAcceptable()) {
            for (SocketChannel c = listener.accept(); c != null; c = listener.accept()) {
              c.configureBlocking(false);
              c.register(selector, SelectionKey.OP_READ);
            }
          } else {
            read((SocketChannel) key.channel(), buffer);
          }
        }
        selector.selectedKeys().clear();
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void read(SocketChannel client, ByteBuffer buffer) throws IOException {
    try {
      buffer.clear();
      if (client.read(buffer) > 0) {
        client.write(ByteBuffer.wrap(ANSWER));
      }
      client.close();
    } catch (IOException e) {
      client.close(); // a check has ended by a reset
    }
  }
}
