package dev.holdfast.loadtest.scale;

import dev.holdfast.loadtest.peers.Leash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process that was started here, with its output in a file.
 *
 * @param name for people
 * @param process it
 * @param output what it said
 */
record Child(String name, Process process, Path output) implements AutoCloseable {
  private static final int LINES = 3;

  static Child start(
      String name, Path folder, Map<String, String> environment, List<String> command)
      throws IOException {
    Path output = folder.resolve(name + ".out");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    return new Child(name, Leash.hold(builder.start()), output);
  }

  /**
   * Fails if it has ended.
   *
   * @throws IOException with its last words
   */
  void requireAlive() throws IOException {
    if (!process.isAlive()) {
      List<String> lines = Files.readAllLines(output);
      throw new IOException(
          name
              + " ended with "
              + process.exitValue()
              + ": "
              + String.join("; ", lines.subList(Math.max(0, lines.size() - LINES), lines.size())));
    }
  }

  /** Asks it to end; {@link #close} waits. */
  void end() {
    process.destroy();
  }

  @Override
  public void close() {
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        process.waitFor(5, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
