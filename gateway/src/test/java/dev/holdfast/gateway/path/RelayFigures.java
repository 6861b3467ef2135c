package dev.holdfast.gateway.path;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A program, not a test: measures what the relay costs beside HAProxy and prints it. The proxy runs
 * in a process of its own on core 0, load and server in this one on core 1; without arguments. Only
 * loopback is used.
 *
 * <p>Figures: CPU of the proxy process for a short session (connect, 1 byte there and back, close)
 * and for an echo of 64 bytes over 64 sessions, and memory for an idle session: live heap for ours,
 * private memory for HAProxy, without the kernel's.
 */
public final class RelayFigures {
  private static final int WARM = 15_000;
  private static final int SHORT = 10_000;
  private static final int ECHOES = 200_000;
  private static final int SESSIONS = 64;
  private static final int IDLE = 2000;
  private static final double TICK_MICROS = 10_000; // of /proc/PID/stat

  private RelayFigures() {}

  /** Measures, or with arguments is the proxy itself. */
  public static void main(String[] args) throws Exception {
    if (args.length > 0) {
      proxy(Integer.parseInt(args[0]));
      return;
    }
    int server = echoServer();
    System.out.printf(
        "%s, %d processors, Java %s%n",
        Files.readString(Path.of("/proc/sys/kernel/osrelease")).trim(),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version());
    run("taskset", "-acp", "1", String.valueOf(ProcessHandle.current().pid())).waitFor();
    for (int round = 0; round < 2; round++) {
      ours(server);
      haproxy(server);
    }
    System.exit(0);
  }

  private static Process run(String... command) throws IOException {
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static void ours(int server) throws Exception {
    Process proxy =
        run(
            "taskset",
            "-c",
            "0",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            RelayFigures.class.getName(),
            String.valueOf(server));
    try (BufferedReader said = proxy.inputReader()) {
      String line = said.readLine();
      while (!line.startsWith("port ")) {
        line = said.readLine();
      }
      int port = Integer.parseInt(line.substring(5));
      measure("holdfast", proxy.pid(), port, () -> heap(proxy, said));
    } finally {
      proxy.destroy();
      proxy.waitFor();
    }
  }

  private static long heap(Process proxy, BufferedReader said) throws IOException {
    proxy.outputWriter().append("heap\n").flush();
    return Long.parseLong(said.readLine());
  }

  private static void proxy(int server) throws Exception {
    Gateway gateway = new Gateway();
    gateway.limits =
        new dev.holdfast.config.ListenerConfig.Limits(null, null, null, 100, Duration.ofSeconds(5));
    gateway.server("app-1", new InetSocketAddress("127.0.0.1", server)).start();
    System.out.println("port " + gateway.address().getPort());
    BufferedReader asked = new BufferedReader(new InputStreamReader(System.in));
    while (asked.readLine() != null) {
      for (int i = 0; i < 3; i++) {
        System.gc();
      }
      Runtime runtime = Runtime.getRuntime();
      System.out.println(runtime.totalMemory() - runtime.freeMemory());
    }
    System.exit(0);
  }

  private static void haproxy(int server) throws Exception {
    int port = freePort();
    Path config = Files.createTempFile("haproxy", ".cfg");
    Files.writeString(
        config,
        """
        global
          nbthread 1
          maxconn 9000
        defaults
          mode tcp
          timeout connect 2s
          timeout client 1h
          timeout server 1h
        listen echo
          bind 127.0.0.1:%d
          server app-1 127.0.0.1:%d
        """
            .formatted(port, server));
    Process proxy = run("taskset", "-c", "0", "haproxy", "-db", "-f", config.toString());
    try {
      Wait.until("it listens", () -> connects(port));
      measure("haproxy", proxy.pid(), port, () -> privateBytes(proxy.pid()));
    } finally {
      proxy.destroy();
      proxy.waitFor();
      Files.delete(config);
    }
  }

  private static int freePort() throws IOException {
    try (java.net.ServerSocket free =
        new java.net.ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return free.getLocalPort();
    }
  }

  private static boolean connects(int port) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @FunctionalInterface
  private interface Memory {
    long bytes() throws IOException;
  }

  private static void measure(String name, long pid, int port, Memory memory) throws Exception {
    shortSessions(port, WARM);
    echoes(port, ECHOES / 2, pid);
    long before = cpuTicks(pid);
    shortSessions(port, SHORT);
    double shortMicros = (cpuTicks(pid) - before) * TICK_MICROS / SHORT;
    double echoMicros = echoes(port, ECHOES, pid) * TICK_MICROS / ECHOES;
    long empty = memory.bytes();
    List<Socket> idle = new ArrayList<>();
    for (int i = 0; i < IDLE; i++) {
      Socket socket = new Socket("127.0.0.1", port);
      echo(socket, new byte[1]);
      idle.add(socket);
    }
    double each = (double) (memory.bytes() - empty) / IDLE;
    for (Socket socket : idle) {
      socket.close();
    }
    System.out.printf(
        "%-9s %6.1f us a short session  %5.1f us an echo of 64 bytes  %6.0f bytes an idle session%n",
        name, shortMicros, echoMicros, each);
  }

  private static void echo(Socket socket, byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    if (socket.getInputStream().readNBytes(bytes.length).length < bytes.length) {
      throw new IOException("an end before the echo");
    }
  }

  private static void shortSessions(int port, int count) {
    int threads = 16;
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      all.add(
          later(
              () -> {
                for (int left = count / threads; left > 0; left--) {
                  try (Socket socket = new Socket("127.0.0.1", port)) {
                    echo(socket, new byte[1]);
                  }
                }
              }));
    }
    all.forEach(CompletableFuture::join);
  }

  /** CPU ticks of the proxy while it echoes; connecting does not count. */
  private static long echoes(int port, int count, long pid) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      Socket socket = new Socket("127.0.0.1", port);
      socket.setTcpNoDelay(true);
      echo(socket, new byte[64]);
      sockets.add(socket);
    }
    long before = cpuTicks(pid);
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (Socket socket : sockets) {
      all.add(
          later(
              () -> {
                for (int left = count / SESSIONS; left > 0; left--) {
                  echo(socket, new byte[64]);
                }
              }));
    }
    all.forEach(CompletableFuture::join);
    long ticks = cpuTicks(pid) - before;
    for (Socket socket : sockets) {
      socket.close();
    }
    return ticks;
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private static CompletableFuture<Void> later(Work work) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    new Thread(
            () -> {
              try {
                work.run();
                done.complete(null);
              } catch (IOException e) {
                done.completeExceptionally(e);
              }
            },
            "load")
        .start();
    return done;
  }

  private static long cpuTicks(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  private static long privateBytes(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
      if (line.startsWith("Private_Dirty:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("smaps_rollup: no Private_Dirty (expected: Linux)");
  }

  /** Echoes whatever comes, on one thread; a FIN is answered by a FIN. */
  private static int echoServer() throws IOException {
    Selector selector = Selector.open();
    ServerSocketChannel listening = ServerSocketChannel.open();
    listening.bind(new InetSocketAddress("127.0.0.1", 0), 4096);
    listening.configureBlocking(false);
    listening.register(selector, SelectionKey.OP_ACCEPT);
    Thread thread = new Thread(() -> serve(selector, listening), "echo");
    thread.setDaemon(true);
    thread.start();
    return listening.socket().getLocalPort();
  }

  private static void serve(Selector selector, ServerSocketChannel listening) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
    try {
      while (true) {
        selector.select();
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.isAcceptable()) {
            SocketChannel channel = listening.accept();
            channel.configureBlocking(false);
            channel.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
            channel.register(selector, SelectionKey.OP_READ);
          } else {
            answer((SocketChannel) key.channel(), buffer);
          }
        }
        selector.selectedKeys().clear();
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void answer(SocketChannel channel, ByteBuffer buffer) throws IOException {
    try {
      buffer.clear();
      if (channel.read(buffer) < 0) {
        channel.close();
        return;
      }
      channel.write(buffer.flip()); // a few bytes: taken at once
    } catch (IOException e) {
      channel.close(); // reset by the proxy
    }
  }
}
