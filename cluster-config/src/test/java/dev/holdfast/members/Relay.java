package dev.holdfast.members;

import dev.holdfast.words.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Something in between that ends TCP: carries bytes to an address until it is told to stop. */
final class Relay implements AutoCloseable {
  private final ServerSocket server;
  private final HostPort target;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  Relay(HostPort target) throws IOException {
    this.target = target;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  HostPort address() {
    return new HostPort("127.0.0.1", server.getLocalPort());
  }

  private void accept() {
    try {
      while (!server.isClosed()) {
        Socket client = server.accept();
        Socket upstream = new Socket(target.host(), target.port());
        sockets.add(client);
        sockets.add(upstream);
        daemon(() -> copy(client, upstream));
        daemon(() -> copy(upstream, client));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private static void copy(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      // ended
    }
  }

  /** Ends every connection in order and refuses new ones. */
  void fin() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  /** Resets every connection and refuses new ones. */
  void reset() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      if (!socket.isClosed()) {
        socket.setSoLinger(true, 0);
      }
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    fin();
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "relay");
    thread.setDaemon(true);
    thread.start();
  }
}
