package dev.holdfast.members;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The machine that a process runs on.
 *
 * @param machine id of the installation, empty if unknown
 * @param boot id that the kernel drew when it started, empty if unknown
 */
public record Host(String machine, String boot) {
  /** Checks the lengths, since ids arrive over the network too. */
  public Host {
    if (machine.length() > 128 || boot.length() > 128) {
      throw new IllegalArgumentException("host: ids (expected: up to 128 characters)");
    }
  }

  /** The machine that this process runs on. */
  public static Host here() {
    return new Host(
        line(Path.of("/etc/machine-id")), line(Path.of("/proc/sys/kernel/random/boot_id")));
  }

  private static String line(Path file) {
    try {
      String text = Files.readString(file).strip();
      return text.length() > 128 ? "" : text;
    } catch (IOException | RuntimeException e) {
      return "";
    }
  }

  /**
   * True if whoever held a lock there can hold it no more now that a process here holds the same
   * one: the same running kernel, which keeps locks exclusive, or the same machine started anew.
   */
  boolean endsLockOf(Host earlier) {
    boolean sameBoot = !boot.isEmpty() && boot.equals(earlier.boot);
    boolean restarted =
        !machine.isEmpty()
            && machine.equals(earlier.machine)
            && !boot.isEmpty()
            && !earlier.boot.isEmpty()
            && !boot.equals(earlier.boot);
    return sameBoot || restarted;
  }
}
