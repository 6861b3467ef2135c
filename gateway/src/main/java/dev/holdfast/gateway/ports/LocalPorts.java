package dev.holdfast.gateway.ports;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The local ports that the kernel gives to connections, and for how long it keeps one that was
 * closed from here.
 *
 * @param first lowest
 * @param last highest
 * @param reserved ports between them that the kernel does not give
 * @param reuse {@code tcp_tw_reuse}: 0 never, 1 always, 2 on loopback
 * @param timestamps {@code tcp_timestamps}, without which none is used again early
 */
public record LocalPorts(int first, int last, int reserved, int reuse, boolean timestamps) {
  /** What Linux does where nobody says otherwise. */
  public static final LocalPorts USUAL = new LocalPorts(32768, 60999, 0, 2, true);

  private static final Path FOLDER = Path.of("/proc/sys/net/ipv4");
  private static final int TIME_WAIT_SECONDS = 60;
  private static final int REUSE_SECONDS = 1;

  /** Those of this machine, or of the network namespace of this process. */
  public static LocalPorts here() {
    return in(FOLDER);
  }

  /** As a folder like {@code /proc/sys/net/ipv4} says; what cannot be read is as usual. */
  public static LocalPorts in(Path folder) {
    String[] range = read(folder, "ip_local_port_range", "32768 60999").split("\\s+");
    int first = Integer.parseInt(range[0]);
    int last = Integer.parseInt(range[1]);
    return new LocalPorts(
        first,
        last,
        reserved(read(folder, "ip_local_reserved_ports", ""), first, last),
        Integer.parseInt(read(folder, "tcp_tw_reuse", "2")),
        !read(folder, "tcp_timestamps", "1").equals("0"));
  }

  private static String read(Path folder, String name, String usual) {
    // in one read: these files have no size, and a second read of one finds nothing
    try (InputStream in = Files.newInputStream(folder.resolve(name))) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      return usual;
    }
  }

  private static int reserved(String list, int first, int last) {
    int count = 0;
    for (String part : list.isEmpty() ? new String[0] : list.split(",")) {
      String[] ends = part.split("-");
      int from = Math.max(first, Integer.parseInt(ends[0]));
      int to = Math.min(last, Integer.parseInt(ends[ends.length - 1]));
      count += Math.max(0, to - from + 1);
    }
    return count;
  }

  /**
   * How many there are for each tuple. The kernel searches the range two by two, so the last port
   * of an odd number is never given.
   */
  public int limit() {
    int all = last - first + 1;
    return Math.max(1, (all > 1 ? all & ~1 : all) - reserved);
  }

  /** How long a port stays in use towards an address after it was closed from here. */
  public int timeWaitSeconds(InetAddress target) {
    boolean early = timestamps && (reuse == 1 || reuse == 2 && target.isLoopbackAddress());
    return early ? REUSE_SECONDS : TIME_WAIT_SECONDS;
  }
}
