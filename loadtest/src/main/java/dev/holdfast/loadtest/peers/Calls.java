package dev.holdfast.loadtest.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Counts the system calls of a process while something happens, by {@code strace -c}. */
public final class Calls implements AutoCloseable {
  private static final long ATTACH_MS = 700;

  private final Process strace;
  private final Path output;

  private Calls(Process strace, Path output) {
    this.strace = strace;
    this.output = output;
  }

  /**
   * Starts to count.
   *
   * @throws IOException if strace cannot be started
   */
  public static Calls of(ProcessHandle process, Path folder)
      throws IOException, InterruptedException {
    Path output = folder.resolve("strace.out");
    // of nginx the worker counts
    long pid = process.children().findFirst().orElse(process).pid();
    Process strace =
        new ProcessBuilder(
                "strace", "-c", "-f", "-q", "-p", String.valueOf(pid), "-o", output.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("strace.err").toFile())
            .start();
    Thread.sleep(ATTACH_MS);
    if (!strace.isAlive()) {
      throw new IOException("strace: " + Files.readString(folder.resolve("strace.err")).strip());
    }
    return new Calls(strace, output);
  }

  /**
   * Ends counting.
   *
   * @return how often each call was made
   */
  public Map<String, Long> end() throws IOException, InterruptedException {
    Tool.run(5000, List.of("kill", "-INT", String.valueOf(strace.pid())));
    if (!strace.waitFor(10, TimeUnit.SECONDS)) {
      throw new IOException("strace: does not end");
    }
    return parse(Files.readAllLines(output));
  }

  /** Reads the table of {@code strace -c}. */
  static Map<String, Long> parse(List<String> lines) {
    Map<String, Long> calls = new TreeMap<>();
    for (String line : lines) {
      String[] words = line.strip().split("\\s+");
      String name = words[words.length - 1];
      if (words.length >= 5 && words[0].matches("[\\d.]+") && !name.equals("total")) {
        calls.put(name, Long.parseLong(words[3]));
      }
    }
    return calls;
  }

  @Override
  public void close() {
    strace.destroy();
  }
}
