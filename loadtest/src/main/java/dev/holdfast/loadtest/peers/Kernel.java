package dev.holdfast.loadtest.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the kernel says of processes and of itself. */
public final class Kernel {
  /** {@code USER_HZ}: one tick of {@code /proc/PID/stat}. */
  private static final double TICK_SECONDS = 0.01;

  private static final long PAGE = 4096;

  private Kernel() {}

  /**
   * CPU time of a process and its children that live, in user and system.
   *
   * @throws IOException if it is gone
   */
  public static double cpuSeconds(ProcessHandle process) throws IOException {
    double sum = 0;
    for (long pid : family(process)) {
      sum += cpuSeconds(Path.of("/proc/" + pid + "/stat"));
    }
    return sum;
  }

  /**
   * CPU time that the compilers of a Java machine took so far; of other processes 0.
   *
   * @throws IOException if it is gone
   */
  public static double compilerSeconds(ProcessHandle process) throws IOException {
    double sum = 0;
    for (long pid : family(process)) {
      try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
        for (Path thread : threads.toList()) {
          sum += isCompiler(thread) ? cpuSeconds(thread.resolve("stat")) : 0;
        }
      }
    }
    return sum;
  }

  private static boolean isCompiler(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).matches("C[12] Compiler(?s:.*)");
    } catch (IOException e) {
      return false; // it ended meanwhile; those of compilers do not
    }
  }

  private static double cpuSeconds(Path stat) throws IOException {
    String text = Files.readString(stat);
    String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_SECONDS;
  }

  /**
   * Memory of a process and its children that they have for themselves.
   *
   * @throws IOException if it is gone
   */
  public static long privateBytes(ProcessHandle process) throws IOException {
    long sum = 0;
    for (long pid : family(process)) {
      sum += field(Path.of("/proc/" + pid + "/smaps_rollup"), "Private_Dirty:") * 1024;
    }
    return sum;
  }

  /**
   * Kernel memory of the whole machine that grows with connections: slab and socket buffers.
   *
   * @throws IOException if this is not Linux
   */
  public static long socketBytes() throws IOException {
    long slab = field(Path.of("/proc/meminfo"), "SUnreclaim:") * 1024;
    try (Stream<String> lines = Files.lines(Path.of("/proc/net/sockstat"))) {
      String tcp = lines.filter(line -> line.startsWith("TCP:")).findFirst().orElse("mem 0");
      return slab + Long.parseLong(tcp.substring(tcp.indexOf("mem ") + 4).strip()) * PAGE;
    }
  }

  /**
   * Open descriptors of a process and its children.
   *
   * @throws IOException if it is gone
   */
  public static long files(ProcessHandle process) throws IOException {
    long sum = 0;
    for (long pid : family(process)) {
      try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
        sum += files.count();
      }
    }
    return sum;
  }

  /**
   * Who used the machine's processors up to a moment, in ticks.
   *
   * @param all processes and idling
   * @param idle nobody
   * @param own this process and the children that it has waited for
   */
  public record Share(long all, long idle, long own) {
    /**
     * Up to now.
     *
     * @throws IOException if this is not Linux
     */
    public static Share now() throws IOException {
      String[] cpu = Files.readAllLines(Path.of("/proc/stat")).get(0).split("\\s+");
      long all = 0;
      for (int i = 1; i <= 8; i++) { // guests are in user time already
        all += Long.parseLong(cpu[i]);
      }
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      long own = 0;
      for (int i = 11; i <= 14; i++) {
        own += Long.parseLong(fields[i]);
      }
      return new Share(all, Long.parseLong(cpu[4]) + Long.parseLong(cpu[5]), own);
    }

    /** Which part of the machine others took since then. */
    public double othersSince(Share before) {
      double busy = all - before.all - (idle - before.idle);
      return Math.max(0, (busy - (own - before.own)) / Math.max(1, all - before.all));
    }
  }

  private static List<Long> family(ProcessHandle process) {
    return Stream.concat(Stream.of(process), process.descendants())
        .map(ProcessHandle::pid)
        .toList();
  }

  private static long field(Path file, String name) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow(() -> new IOException(file + ": no " + name));
    }
  }
}
