package dev.holdfast.gateway.path;

import dev.holdfast.system.FreePorts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Another proxy, as its package installs it, with a configuration of the test. */
final class Peer implements AutoCloseable {
  private static final Path HAPROXY = Path.of("/usr/sbin/haproxy");
  private static final Path NGINX = Path.of("/usr/sbin/nginx");
  private static final Path STREAM = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

  private final Process process;
  private final Path out;

  private Peer(Path folder, List<String> command) throws IOException {
    out = folder.resolve("peer.out");
    process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
  }

  private static void needs(String packages, Path... files) {
    for (Path file : files) {
      Assumptions.assumeTrue(
          Files.exists(file), "SKIPPED: needs " + packages + " (" + file + " is missing)");
    }
  }

  /** HAProxy with proxies that have times already. */
  static Peer haproxy(Path folder, String proxies) throws IOException {
    needs("the package haproxy", HAPROXY);
    Path file = folder.resolve("haproxy.cfg");
    String common =
        """
        global
          nbthread 1
          maxconn 100
        defaults
          mode tcp
          timeout connect 5s
          timeout client 20s
          timeout server 20s
        listen ready
          bind 127.0.0.1:%d
        """;
    int ready = FreePorts.one();
    Files.writeString(file, common.formatted(ready) + proxies);
    List<String> command = List.of(HAPROXY.toString(), "-db", "-f", file.toString());
    return new Peer(folder, command).listening(ready);
  }

  /** nginx with servers of its stream module. */
  static Peer nginx(Path folder, String servers) throws IOException {
    needs("the packages nginx and libnginx-mod-stream", NGINX, STREAM);
    Path file = folder.resolve("nginx.conf");
    String common =
        """
        load_module %s;
        daemon off;
        master_process off;
        error_log stderr;
        pid %s/nginx.pid;
        events {}
        stream {
        server { listen 127.0.0.1:%d; return ready; }
        %s
        }
        """;
    int ready = FreePorts.one();
    Files.writeString(file, common.formatted(STREAM, folder, ready, servers));
    List<String> command =
        List.of(NGINX.toString(), "-e", "stderr", "-p", folder.toString(), "-c", file.toString());
    return new Peer(folder, command).listening(ready);
  }

  /** All its ports are bound when one is. */
  private Peer listening(int port) {
    Wait.until("a peer listens", () -> listens(port));
    return this;
  }

  private boolean listens(int port) {
    if (!process.isAlive()) {
      throw new IllegalStateException("It ended: " + said());
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
      return true;
    } catch (IOException e) {
      return false; // not yet
    }
  }

  private String said() {
    try {
      return Files.readString(out);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.onExit().get(5, TimeUnit.SECONDS);
    } catch (Exception e) {
      process.destroyForcibly();
    }
  }
}
