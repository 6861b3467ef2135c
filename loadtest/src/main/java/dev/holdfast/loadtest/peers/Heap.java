package dev.holdfast.loadtest.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** What lives on the heap of another Java machine. */
public final class Heap {
  private static final long TIMEOUT_MS = 60_000;

  private Heap() {}

  /**
   * Bytes that are live after a collection, by {@code jcmd GC.class_histogram}.
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
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    String said =
        Tool.run(TIMEOUT_MS, List.of(jcmd, String.valueOf(process.pid()), "GC.class_histogram"));
    return said.lines()
        .filter(line -> line.startsWith("Total"))
        .mapToLong(line -> Long.parseLong(line.strip().split("\\s+")[2]))
        .findFirst();
  }
}
