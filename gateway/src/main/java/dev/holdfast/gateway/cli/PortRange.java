package dev.holdfast.gateway.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The local ports that the kernel gives to connections.
 *
 * @param first lowest
 * @param last highest
 */
record PortRange(int first, int last) {
  private static final Path FILE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

  /** The range of this machine; the one of Linux by default where it cannot be read. */
  static PortRange here() {
    try {
      String[] parts = Files.readString(FILE).strip().split("\\s+");
      return new PortRange(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    } catch (IOException | RuntimeException e) {
      return new PortRange(32768, 60999);
    }
  }

  /** How many ports these are. */
  int size() {
    return last - first + 1;
  }
}
