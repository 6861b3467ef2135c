package dev.holdfast.gateway.doctor;

import dev.holdfast.gateway.ports.LocalPorts;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the kernel and of this process that bound sessions.
 *
 * @param openFiles that this process may have
 * @param mostOpenFiles that any process may be given ({@code fs.nr_open})
 * @param filesOfAll that all processes together may have ({@code fs.file-max})
 * @param ports local ports of one address towards one port of a server
 * @param acceptQueue clients that wait to be accepted at most ({@code somaxconn})
 * @param synQueue clients whose handshake is under way at most ({@code tcp_max_syn_backlog})
 * @param tcpPages pages that the buffers of all connections may take ({@code tcp_mem}, third)
 * @param tracked connections that the firewall tracks at most; null if it tracks none
 * @param nativeTransport what is in the way of epoll; null if nothing is
 * @param memoryBytes of the machine, or less if this process may have less
 */
public record Machine(
    long openFiles,
    long mostOpenFiles,
    long filesOfAll,
    LocalPorts ports,
    long acceptQueue,
    long synQueue,
    long tcpPages,
    @Nullable Long tracked,
    @Nullable String nativeTransport,
    long memoryBytes) {
  private static final long UNKNOWN = Long.MAX_VALUE;

  /** This one. */
  public static Machine here() {
    Throwable missing = Epoll.isAvailable() ? null : Epoll.unavailabilityCause();
    return read(
        Path.of("/proc"),
        Path.of("/sys/fs/cgroup"),
        Epoll.isAvailable() ? null : String.valueOf(missing));
  }

  /**
   * As folders like {@code /proc} and {@code /sys/fs/cgroup} say; what cannot be read is no limit.
   */
  static Machine read(Path proc, Path groups, @Nullable String nativeTransport) {
    Path sys = proc.resolve("sys");
    String tracked = text(sys.resolve("net/netfilter/nf_conntrack_max"));
    return new Machine(
        openFiles(text(proc.resolve("self/limits"))),
        number(sys.resolve("fs/nr_open"), 0),
        number(sys.resolve("fs/file-max"), 0),
        LocalPorts.in(sys.resolve("net/ipv4")),
        number(sys.resolve("net/core/somaxconn"), 0),
        number(sys.resolve("net/ipv4/tcp_max_syn_backlog"), 0),
        number(sys.resolve("net/ipv4/tcp_mem"), 2),
        tracked.isEmpty() ? null : Long.valueOf(tracked),
        nativeTransport,
        memory(proc, groups));
  }

  private static long memory(Path proc, Path groups) {
    long bytes = UNKNOWN;
    for (String line : text(proc.resolve("meminfo")).split("\n")) {
      if (line.startsWith("MemTotal:")) {
        bytes = Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    long ofGroup =
        Math.min(
            number(groups.resolve("memory.max"), 0),
            number(groups.resolve("memory/memory.limit_in_bytes"), 0));
    return Math.min(bytes, ofGroup);
  }

  private static long openFiles(String limits) {
    for (String line : limits.split("\n")) {
      if (line.startsWith("Max open files")) {
        return parse(line.substring("Max open files".length()).strip().split("\\s+")[0]);
      }
    }
    return UNKNOWN;
  }

  private static long number(Path file, int index) {
    String[] parts = text(file).split("\\s+");
    return index < parts.length ? parse(parts[index]) : UNKNOWN;
  }

  private static long parse(String text) {
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : UNKNOWN;
  }

  /** In one read: these files have no size, and a second read of one finds nothing. */
  private static String text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
