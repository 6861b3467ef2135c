package dev.holdfast.gateway.path;

import dev.holdfast.config.Cidr;
import dev.holdfast.config.ListenerConfig;
import dev.holdfast.config.NodeSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A program, not a test: what a flood of refused clients costs those who are there. The gateway
 * runs in a process of its own on core 0, with its access log on; clients, flood and server in this
 * one on core 1; without arguments. Only loopback is used.
 *
 * <p>Figures: echoes of 64 bytes over 64 sessions, one after the other, without and with 20,000
 * clients a second that an access list denies; CPU of the gateway for each of those; how many of
 * 500 idle sessions still carry a byte afterwards.
 */
public final class RefusalFigures {
  private static final String DENIED = "127.0.0.66";
  private static final int A_SECOND = 20_000;
  private static final int SECONDS = 8;
  private static final int ECHOING = 64;
  private static final int IDLE = 500;
  private static final double TICK_MICROS = 10_000; // of /proc/PID/stat

  private RefusalFigures() {}

  /** Measures, or with arguments is the gateway itself. */
  public static void main(String[] args) throws Exception {
    if (args.length > 0) {
      gateway(Integer.parseInt(args[0]), ListenerConfig.Refuse.valueOf(args[1]));
      return;
    }
    System.out.printf(
        "%s, %d processors, Java %s%n",
        Files.readString(Path.of("/proc/sys/kernel/osrelease")).trim(),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version());
    new ProcessBuilder("taskset", "-acp", "1", "" + ProcessHandle.current().pid())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
    int server = echoServer();
    for (ListenerConfig.Refuse refuse : ListenerConfig.Refuse.values()) {
      measure(server, refuse);
    }
    System.exit(0);
  }

  private static void gateway(int server, ListenerConfig.Refuse refuse) throws Exception {
    Gateway gateway = new Gateway();
    gateway.deny = List.of(Cidr.parse(DENIED + "/32"));
    gateway.refuse = refuse;
    Path log = Files.createTempFile("refusals", ".log");
    gateway.accessLog = new NodeSettings.AccessLog(log.toString(), false, null);
    gateway.server("app-1", new InetSocketAddress("127.0.0.1", server)).start();
    System.out.println("port " + gateway.address().getPort());
    new BufferedReader(new InputStreamReader(System.in)).readLine();
    System.out.printf(
        "  denied %s, without a line %d, lines lost %d, access log %d bytes%n",
        gateway.counts().denied(),
        gateway.path.snapshot().refusalsNotLogged(),
        gateway.path.snapshot().logDropped(),
        Files.size(log));
    Files.delete(log);
    System.exit(0);
  }

  private static void measure(int server, ListenerConfig.Refuse refuse) throws Exception {
    Process gateway =
        new ProcessBuilder(
                "taskset",
                "-c",
                "0",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                RefusalFigures.class.getName(),
                "" + server,
                refuse.name())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader said = gateway.inputReader()) {
      String line = said.readLine();
      while (!line.startsWith("port ")) {
        line = said.readLine();
      }
      InetSocketAddress at =
          new InetSocketAddress("127.0.0.1", Integer.parseInt(line.substring(5)));
      flooded(gateway, at, refuse);
      gateway.outputWriter().append("\n").flush();
      System.out.println(said.readLine());
    } finally {
      gateway.destroy();
      gateway.waitFor();
    }
  }

  private static void flooded(Process gateway, InetSocketAddress at, ListenerConfig.Refuse refuse)
      throws Exception {
    List<Socket> idle = open(at, IDLE);
    List<Socket> echoing = open(at, ECHOING);
    echo(echoing, 3); // warm
    run(at, echoing, 3, new AtomicLong());
    double ticks = cpu(gateway);
    long[] quiet = echo(echoing, SECONDS);
    double quietCpu = cpu(gateway) - ticks;
    AtomicLong turnedAway = new AtomicLong();
    ticks = cpu(gateway);
    long[] busy = run(at, echoing, SECONDS, turnedAway);
    double busyCpu = cpu(gateway) - ticks;
    int alive = 0;
    for (Socket socket : idle) {
      alive += echo(socket) ? 1 : 0;
    }
    double perEcho = quietCpu / quiet.length;
    System.out.printf(
        "refuse-with %s%n"
            + "  alone: %d echoes/s, p50 %.2f ms, p99 %.2f ms, %.1f us of CPU each%n"
            + "  with %d refused a second: %d echoes/s, p50 %.2f ms, p99 %.2f ms%n"
            + "  %.1f us of CPU for a refusal; %d of %d idle sessions live on%n",
        refuse,
        quiet.length / SECONDS,
        ms(quiet, 0.5),
        ms(quiet, 0.99),
        perEcho,
        turnedAway.get() / SECONDS,
        busy.length / SECONDS,
        ms(busy, 0.5),
        ms(busy, 0.99),
        (busyCpu - perEcho * busy.length) / turnedAway.get(),
        alive,
        IDLE);
    for (Socket socket : idle) {
      socket.close();
    }
    for (Socket socket : echoing) {
      socket.close();
    }
  }

  private static long[] run(
      InetSocketAddress at, List<Socket> echoing, int seconds, AtomicLong turnedAway)
      throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    Thread flood = new Thread(() -> flood(at, over, turnedAway), "flood");
    flood.start();
    long[] took = echo(echoing, seconds);
    over.set(true);
    flood.join();
    return took;
  }

  /** So many a second, in small bursts; what the gateway does to them is not waited for. */
  private static void flood(InetSocketAddress at, AtomicBoolean over, AtomicLong turnedAway) {
    InetSocketAddress from = new InetSocketAddress(DENIED, 0);
    long began = System.nanoTime();
    long sent = 0;
    while (!over.get()) {
      long due = (System.nanoTime() - began) * A_SECOND / 1_000_000_000L;
      for (; sent < due; sent++) {
        try (SocketChannel client = SocketChannel.open()) {
          client.setOption(StandardSocketOptions.SO_LINGER, 0);
          client.bind(from);
          client.connect(at);
        } catch (IOException e) {
          continue; // reset already
        } finally {
          turnedAway.incrementAndGet();
        }
      }
      LockSupport.parkNanos(500_000);
    }
  }

  private static List<Socket> open(InetSocketAddress at, int count) throws IOException {
    List<Socket> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Socket socket = new Socket();
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(10_000);
      socket.connect(at);
      all.add(socket);
    }
    return all;
  }

  /** Echoes over all in turn for some time; the nanoseconds of each. */
  private static long[] echo(List<Socket> sockets, int seconds) throws IOException {
    long[] took = new long[1 << 20];
    int done = 0;
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    while (System.nanoTime() - end < 0 && done < took.length) {
      long began = System.nanoTime();
      if (!echo(sockets.get(done % sockets.size()))) {
        throw new IOException("an echo came to an end");
      }
      took[done++] = System.nanoTime() - began;
    }
    return Arrays.copyOf(took, done);
  }

  private static boolean echo(Socket socket) {
    try {
      socket.getOutputStream().write(new byte[64]);
      return socket.getInputStream().readNBytes(64).length == 64;
    } catch (IOException e) {
      return false;
    }
  }

  private static double ms(long[] nanos, double part) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[(int) (part * (sorted.length - 1))] / 1e6;
  }

  /** CPU of the process in microseconds. */
  private static double cpu(Process process) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_MICROS;
  }

  private static int echoServer() throws IOException {
    ServerSocket listening = new ServerSocket(0, 1024);
    Thread accepting =
        new Thread(
            () -> {
              while (true) {
                try {
                  Socket socket = listening.accept();
                  socket.setTcpNoDelay(true);
                  Thread echoing = new Thread(() -> echoAll(socket), "echo");
                  echoing.setDaemon(true);
                  echoing.start();
                } catch (IOException e) {
                  return;
                }
              }
            },
            "accepting");
    accepting.setDaemon(true);
    accepting.start();
    return listening.getLocalPort();
  }

  private static void echoAll(Socket socket) {
    byte[] piece = new byte[256];
    try (socket) {
      for (int got = socket.getInputStream().read(piece);
          got >= 0;
          got = socket.getInputStream().read(piece)) {
        socket.getOutputStream().write(piece, 0, got);
      }
    } catch (IOException e) {
      // the client went away
    }
  }
}
