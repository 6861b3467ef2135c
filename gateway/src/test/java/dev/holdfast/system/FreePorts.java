package dev.holdfast.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports that nobody uses, below the range that the kernel gives to clients where possible. Each of
 * the two processes that run system tests at a time has a range of its own: what one has found free
 * the other does not find free, too.
 */
public final class FreePorts {
  private static final int RANGE = 9_900 / 2;
  private static final int FIRST =
      10_000 + (Integer.getInteger("holdfast.fork", 1) - 1) % 2 * RANGE;
  private static int next = FIRST + (int) (ProcessHandle.current().pid() % 50) * RANGE / 50;

  private FreePorts() {}

  static synchronized List<Integer> take(int count) {
    List<Integer> ports = new ArrayList<>();
    while (ports.size() < count) {
      if (++next >= FIRST + RANGE) {
        next = FIRST;
      }
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), next));
        ports.add(next);
      } catch (IOException e) {
        // in use: the next one
      }
    }
    return ports;
  }

  /** One of them. */
  public static int one() {
    return take(1).get(0);
  }
}
