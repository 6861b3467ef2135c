package dev.holdfast.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports that nobody uses, below the range that the kernel gives to clients where possible. */
public final class FreePorts {
  private static int next = 10_000 + (int) (ProcessHandle.current().pid() % 50) * 180;

  private FreePorts() {}

  static synchronized List<Integer> take(int count) {
    List<Integer> ports = new ArrayList<>();
    while (ports.size() < count) {
      if (++next > 19_900) {
        next = 10_000;
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
