package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
      Process monitor =
          new ProcessBuilder(
                  "redis-cli", "-p", "" + cluster.nodes.get(0).listener.getPort(), "monitor")
              .redirectErrorStream(true)
              .start();
      List<String> seen = new ArrayList<>();
      Thread reading =
          new Thread(
              () -> {
                try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(monitor.getInputStream()))) {
                  for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    synchronized (seen) {
                      seen.add(line);
                    }
                  }
                } catch (IOException e) {
                  // ended
                }
              });
      reading.start();
      try {
        Await.until("monitor began", Duration.ofSeconds(20), () -> lines(seen) > 0);
        int requests = 20_000;
        for (GatewayCluster.Node node : cluster.nodes) {
          Process benchmark =
              new ProcessBuilder(
                      "redis-benchmark",
                      "-p",
                      "" + node.listener.getPort(),
                      "-c",
                      "200",
                      "-n",
                      "" + requests,
                      "-t",
                      "set",
                      "-r",
                      "1000",
                      "-d",
                      "64",
                      "-q")
                  .redirectErrorStream(true)
                  .start();
          String said = new String(benchmark.getInputStream().readAllBytes());
          assertThat(benchmark.waitFor(120, TimeUnit.SECONDS)).isTrue();
          assertThat(benchmark.exitValue()).as(said).isZero();
        }
        Await.until(
            "the monitor saw every SET",
            Duration.ofSeconds(60),
            () -> lines(seen, "\"SET\"") == 3L * requests);
      } finally {
        monitor.destroyForcibly();
        reading.join(5_000);
      }
    } finally {
      server.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
    }
  }

  private static long lines(List<String> seen) {
    return lines(seen, "");
  }

  private static long lines(List<String> seen, String part) {
    synchronized (seen) {
      return seen.stream().filter(line -> line.contains(part)).count();
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
