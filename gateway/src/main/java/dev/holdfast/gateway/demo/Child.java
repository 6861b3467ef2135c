package dev.holdfast.gateway.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of the demo; its standard input is a pipe from this process. Any thread. */
final class Child {
  private final String title;
  private final Path log;
  private final Process process;

  private Child(String title, Path log, Process process) {
    this.title = title;
    this.log = log;
    this.process = process;
  }

  /**
   * Starts a process.
   *
   * @param title what it is, as {@code node gw-1}
   * @param log where its output goes
   * @throws IOException if it cannot be started
   */
  static Child start(String title, List<String> command, Path log) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new Child(title, log, process);
  }

  /** What it is. */
  String title() {
    return title;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Runs a task when the process has ended; at once if it has. */
  void onExit(Runnable task) {
    process.onExit().thenRun(task);
  }

  /** How it ended, as {@code signal=9} or {@code exit=2}; call it after the end. */
  String ending() {
    return ending(process.exitValue());
  }

  /** The words for an exit value; above 128 it is the number of a signal (POSIX shells). */
  static String ending(int value) {
    return value > 128 && value <= 128 + 64 ? "signal=" + (value - 128) : "exit=" + value;
  }

  /** The last line that it wrote, or a word for none. */
  String lastLine() {
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
      return lines.isEmpty() ? "no output" : lines.get(lines.size() - 1);
    } catch (IOException e) {
      return "no output";
    }
  }

  /** Asks it to end, by SIGTERM; a second time means at once. */
  void end() {
    process.destroy();
  }

  /** Waits for its end; past the time it is killed. */
  void awaitEnd(Duration patience) {
    try {
      if (!process.waitFor(Math.max(0, patience.toMillis()), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
