package dev.holdfast.gateway.ports;

import dev.holdfast.words.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Random;

/**
 * A free port to listen on that is none of the local ports. The kernel gives a port on which
 * somebody listens to no connection at all, so one inside the range is missing in every tuple.
 */
public final class OutsidePort {
  private static final int LOWEST = 61_000;
  private static final int HIGHEST = 65_535;
  private static final int TRIES = 32;

  private OutsidePort() {}

  /**
   * Chooses a port where none is given. Blocks for a moment.
   *
   * @return the address as it is if it has a port, or if the range leaves no room above it
   */
  public static HostPort of(HostPort wanted, LocalPorts range, Random random) {
    if (wanted.port() != 0) {
      return wanted;
    }
    int lowest = Math.max(LOWEST, range.last() + 1);
    for (int i = 0; i < TRIES && lowest <= HIGHEST; i++) {
      int port = lowest + random.nextInt(HIGHEST - lowest + 1);
      if (isFree(wanted.host(), port)) {
        return new HostPort(wanted.host(), port);
      }
    }
    return wanted;
  }

  private static boolean isFree(String host, int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(InetAddress.getByName(host), port), 1);
      return true;
    } catch (IOException e) {
      return false; // taken, or not ours: whoever binds it says so
    }
  }
}
