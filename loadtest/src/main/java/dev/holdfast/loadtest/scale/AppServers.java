package dev.holdfast.loadtest.scale;

import dev.holdfast.loadtest.words.Target;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Server processes that count together. */
final class AppServers implements AutoCloseable {
  static final int PORT = 9001;
  private static final int COUNTS = 9099;
  private static final long START_MS = 60_000;

  private final List<Process> processes = new ArrayList<>();
  private final int count;

  AppServers(int count, Class<?> main, Path folder) throws IOException, InterruptedException {
    this.count = count;
    try {
      for (int i = 0; i < count; i++) {
        processes.add(start(i, main, folder));
      }
      for (Target place : countAt()) {
        await(place);
      }
    } catch (IOException | InterruptedException e) {
      close();
      throw e;
    }
  }

  static String name(int server) {
    return "app-" + (server + 1);
  }

  static String host(int server) {
    return Net.OURS + (100 + server) + ".1";
  }

  /** Where they tell their counts. */
  List<Target> countAt() {
    return IntStream.range(0, count).mapToObj(i -> Target.parse(host(i) + ":" + COUNTS)).toList();
  }

  private static Process start(int server, Class<?> main, Path folder) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName(),
            "serve",
            "--name",
            name(server),
            "--bind",
            host(server) + ":" + PORT,
            "--count-at",
            host(server) + ":" + COUNTS,
            "--count-in",
            folder.resolve("count").toString(),
            "--end-with-parent")
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(name(server) + ".out").toFile())
        .start();
  }

  private static void await(Target place) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_MS * 1_000_000;
    while (true) {
      try (Socket socket = new Socket()) {
        socket.connect(
            new InetSocketAddress(place.address().getAddress(), place.address().getPort()), 1000);
        return;
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw new IOException("a server did not start at " + place, e);
        }
        Thread.sleep(100);
      }
    }
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
  }
}
