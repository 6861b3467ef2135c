package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Real traffic through three gateways: Redis, large transfers with half-close, a slow reader. */
class TrafficIT {
  private static final int SIZE = 64 << 20;

  @Test
  void sixtyFourMebibytesEachWayArriveWholeAcrossAHalfClose() throws Exception {
    try (ServerSocket server = listen();
        NamedServers names = new NamedServers();
        GatewayCluster cluster = through(names, server.getLocalPort())) {
      byte[] up = random(1);
      byte[] down = random(2);
      CompletableFuture<String> atServer =
          CompletableFuture.supplyAsync(
              () -> {
                try (Socket peer = server.accept()) {
                  String sum = sum(peer.getInputStream()); // to the end of the stream
                  peer.getOutputStream().write(down);
                  return sum;
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      try (Socket client = connect(cluster.nodes.get(1))) {
        client.getOutputStream().write(up);
        client.shutdownOutput();
        assertThat(sum(client.getInputStream())).isEqualTo(sum(down));
        assertThat(atServer.get(60, TimeUnit.SECONDS)).isEqualTo(sum(up));
      }
    }
  }

  @Test
  void aReaderThatStopsCostsBoundedMemory() throws Exception {
    try (ServerSocket server = listen();
        NamedServers names = new NamedServers();
        GatewayCluster cluster = through(names, server.getLocalPort())) {
      byte[] down = random(3);
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> {
                try (Socket peer = server.accept()) {
                  peer.getOutputStream().write(down);
                  peer.shutdownOutput();
                  peer.getInputStream().read();
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      GatewayCluster.Node node = cluster.nodes.get(0);
      try (Socket client = connect(node)) {
        InputStream in = client.getInputStream();
        byte[] begin = in.readNBytes(1 << 20);
        Await.always(
            "pending bytes stay bounded while the reader has stopped",
            Duration.ofSeconds(10),
            () -> node.metric("holdfast_relay_pending_bytes", "") <= 1 << 20);
        assertThat(sending).isNotDone();
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(begin);
        assertThat(sum(in, digest)).isEqualTo(sum(down));
      }
      sending.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void redisBenchmarkAndMonitorGoThroughThreeGateways() throws Exception {
    Path redis = Path.of("/usr/bin/redis-server");
    if (!Files.exists(redis)) {
      System.out.println("SKIPPED: redis-server is not installed (Debian package redis)");
    }
    Assumptions.assumeTrue(Files.exists(redis), "redis-server is not installed");
    int port = FreePorts.one();
    Process server =
        new ProcessBuilder(
                redis.toString(),
                "--port",
                "" + port,
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (NamedServers names = new NamedServers();
        GatewayCluster cluster = through(names, port)) {
      Monitor through = new Monitor(cluster.nodes.get(0).listener.getPort());
      Monitor direct = new Monitor(port);
      try {
        Await.until(
            "both began", Duration.ofSeconds(20), () -> through.lines() > 0 && direct.lines() > 0);
        int requests = 20_000;
        for (GatewayCluster.Node node : cluster.nodes) {
          Process benchmark =
              new ProcessBuilder(
                      ("redis-benchmark -p %d -c 200 -n %d -t set -r 1000 -d 64 -q"
                              .formatted(node.listener.getPort(), requests))
                          .split(" "))
                  .redirectErrorStream(true)
                  .start();
          String said = new String(benchmark.getInputStream().readAllBytes());
          assertThat(benchmark.waitFor(120, TimeUnit.SECONDS)).isTrue();
          assertThat(benchmark.exitValue()).as(said).isZero();
        }
        Await.until(
            "the monitor saw every SET",
            Duration.ofSeconds(60),
            () -> through.sets() == 3L * requests && direct.sets() == 3L * requests);
        assertThat(through.seen).as("what came without a gateway").isEqualTo(direct.seen);
      } finally {
        through.end();
        direct.end();
      }
    } finally {
      server.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
    }
  }

  /** A {@code redis-cli monitor}: what it saw, to the last byte. */
  private static final class Monitor {
    final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger sets = new AtomicInteger();
    private final Process process;
    private final Thread reading = new Thread(this::read, "monitor");

    Monitor(int port) throws IOException {
      process =
          new ProcessBuilder("redis-cli", "-p", "" + port, "monitor")
              .redirectErrorStream(true)
              .start();
      reading.start();
    }

    private void read() {
      try (BufferedReader lines = process.inputReader(StandardCharsets.ISO_8859_1)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          seen.add(line);
          if (line.contains("\"SET\"")) {
            sets.incrementAndGet();
          }
        }
      } catch (IOException e) {
        // ended
      }
    }

    int lines() {
      return seen.size();
    }

    int sets() {
      return sets.get();
    }

    void end() throws InterruptedException {
      process.destroyForcibly();
      reading.join(5_000);
    }
  }

  private static GatewayCluster through(NamedServers none, int port) throws Exception {
    return GatewayCluster.start(
        3,
        "",
        """
        listeners:
          - { name: chat, bind: "127.0.0.1:7000", pool: one }
        pools:
          - name: one
            check: { type: none } # the server of the test accepts one connection
            servers:
              - { name: only, host: 127.0.0.1, ports: [%d] }
        """
            .formatted(port),
        none);
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
  }

  private static Socket connect(GatewayCluster.Node node) throws IOException {
    Socket socket = new Socket();
    socket.connect(node.listener, 5_000);
    socket.setSoTimeout(60_000);
    return socket;
  }

  private static byte[] random(long seed) {
    byte[] bytes = new byte[SIZE];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static String sum(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static String sum(InputStream in) throws Exception {
    return sum(in, MessageDigest.getInstance("SHA-256"));
  }

  private static String sum(InputStream in, MessageDigest digest) throws Exception {
    byte[] buffer = new byte[64 << 10];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      digest.update(buffer, 0, n);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
