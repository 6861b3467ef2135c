package dev.holdfast.loadtest.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What lives in the memory of another Java machine. */
public final class Heap {
  private static final Pattern OTHER = Pattern.compile("Other \\(reserved=\\d+, committed=(\\d+)");
  private static final long TIMEOUT_MS = 60_000;

  private Heap() {}

  /**
   * Bytes that are live after a collection, by {@code jcmd GC.class_histogram}; and, if the machine
   * was started with {@code -XX:NativeMemoryTracking=summary}, those that its program took beside
   * the heap.
   *
   * @return empty if the process is no Java machine
   * @throws IOException if jcmd cannot be run
   */
  public static OptionalLong liveBytes(ProcessHandle process)
      throws IOException, InterruptedException {
    // jcmd wakes a Java machine by SIGQUIT, which ends everybody else
    Path program = Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/exe"));
    if (!program.endsWith("java")) {
      return OptionalLong.empty();
    }
    OptionalLong heap =
        jcmd(process, "GC.class_histogram")
            .lines()
            .filter(line -> line.startsWith("Total"))
            .mapToLong(line -> Long.parseLong(line.strip().split("\\s+")[2]))
            .findFirst();
    if (heap.isEmpty()) {
      return heap;
    }
    return OptionalLong.of(
        heap.getAsLong() + direct(jcmd(process, "VM.native_memory", "summary", "scale=b")));
  }

  /** What {@code jcmd VM.native_memory} calls other: memory that was taken by Unsafe. */
  static long direct(String said) {
    Matcher other = OTHER.matcher(said);
    return other.find() ? Long.parseLong(other.group(1)) : 0;
  }

  private static String jcmd(ProcessHandle process, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    command.add(String.valueOf(process.pid()));
    command.addAll(List.of(words));
    return Tool.run(TIMEOUT_MS, command);
  }
}
