package dev.holdfast.config;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the defaults take from the machine.
 *
 * @param name of the machine, the default name of the node
 * @param openFiles files that this process may have open
 */
public record Host(String name, long openFiles) {
  /** Files kept for all that is not a session. */
  private static final long RESERVED_FILES = 512;

  private static final int MOST_SESSIONS = 10_000_000;

  /** Asks the machine. Blocks; for the start of a process. */
  public static Host here() {
    return new Host(hostName(), openFilesOf(Path.of("/proc/self/limits")));
  }

  /** Sessions that the open files suffice for: two files each, after 512 for all else. */
  public int maxSessions() {
    return (int) Math.max(1, Math.min(MOST_SESSIONS, (openFiles - RESERVED_FILES) / 2));
  }

  /** True if an address is one of this machine's. By UDP: connections may use all ports of TCP. */
  public static boolean has(InetAddress address) {
    try (DatagramSocket probe = new DatagramSocket(0, address)) {
      return probe.isBound();
    } catch (BindException e) {
      return false;
    } catch (IOException unknown) {
      return true;
    }
  }

  private static String hostName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname"), StandardCharsets.UTF_8).trim();
    } catch (IOException notLinux) {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (IOException unnamed) {
        return "localhost";
      }
    }
  }

  /** The soft limit of open files in a file as {@code /proc/self/limits}; 1024 if unreadable. */
  static long openFilesOf(Path limits) {
    List<String> lines;
    try {
      lines = Files.readAllLines(limits, StandardCharsets.UTF_8);
    } catch (IOException unknown) {
      return 1024;
    }
    for (String line : lines) {
      if (line.startsWith("Max open files")) {
        String soft = line.substring("Max open files".length()).trim().split("\\s+")[0];
        return soft.matches("\\d{1,18}") ? Long.parseLong(soft) : Long.MAX_VALUE;
      }
    }
    return 1024;
  }
}
