package dev.holdfast.loadtest.peers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A proxy that was started here; its output stands in a file. */
public final class Running implements AutoCloseable {
  private static final long START_MS = 180_000;
  private static final int LINES = 3;

  private final Process process;
  private final Path output;
  private final List<Process> others = new ArrayList<>();

  private Running(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts a command on a core.
   *
   * @throws IOException if it cannot be started or does not open its fronts; the message says why
   */
  static Running start(Setup setup, String name, List<String> command)
      throws IOException, InterruptedException {
    return start(setup, name, command, Map.of());
  }

  /** The same with variables of its environment. */
  static Running start(
      Setup setup, String name, List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    List<String> pinned = new ArrayList<>(List.of("taskset", "-c", String.valueOf(setup.cpu())));
    pinned.addAll(command);
    Path output = setup.folder().resolve(name + ".out");
    ProcessBuilder builder =
        new ProcessBuilder(pinned)
            .directory(setup.folder().toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Running running = new Running(Leash.hold(builder.start()), output);
    try {
      running.awaitOpen(name, setup.fronts());
    } catch (IOException | InterruptedException e) {
      running.close();
      throw e;
    }
    return running;
  }

  private void awaitOpen(String name, List<Front> fronts) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MS);
    for (Front front : fronts) {
      while (!isOpen(front)) {
        if (!process.isAlive()) {
          throw new IOException(name + " ended at once: " + tail());
        }
        if (System.nanoTime() > deadline) {
          throw new IOException(
              name
                  + ": no session through port "
                  + front.port()
                  + " after three minutes: "
                  + tail());
        }
        Thread.sleep(20);
      }
    }
  }

  /** A session that stays shows that there is a server behind the port, greeting or not. */
  private static boolean isOpen(Front front) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", front.port()), 1000);
      socket.setSoTimeout(100);
      return socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      return true; // open and silent
    } catch (IOException e) {
      return false;
    }
  }

  /** Has a process that belongs to it end with it; its CPU and memory are not counted. */
  void with(Process other) {
    others.add(other);
  }

  /** Where its files are. */
  public Path folder() {
    return Objects.requireNonNull(output.toAbsolutePath().getParent());
  }

  /** The process. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** The last lines that it said, on one line. */
  public String tail() {
    try {
      List<String> lines = Files.readAllLines(output);
      return String.join("; ", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
    } catch (IOException e) {
      return "(no output)";
    }
  }

  /** Ends it and waits for that. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    others.forEach(Process::destroyForcibly);
    try {
      process.waitFor(10, TimeUnit.SECONDS);
      for (Process other : others) {
        other.waitFor(10, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
