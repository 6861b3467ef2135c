package dev.holdfast.system;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** One client session: from a source address through a gateway to a server that says its name. */
final class Client implements Closeable {
  private final Socket socket;
  private final String server;

  private Client(Socket socket, String server) {
    this.socket = socket;
    this.server = server;
  }

  /**
   * Connects and reads the server's name.
   *
   * @param source the address to come from, null for whatever the kernel takes
   * @throws IOException if the session was refused or nothing came within the time
   */
  static Client open(String source, InetSocketAddress gateway, int timeoutMs) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      if (source != null) {
        socket.bind(new InetSocketAddress(InetAddress.getByName(source), 0));
      }
      socket.connect(gateway, timeoutMs);
      socket.setSoTimeout(timeoutMs);
      InputStream in = socket.getInputStream();
      StringBuilder name = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0 || name.length() > 60) {
          throw new IOException("closed before the server said its name");
        }
        name.append((char) c);
      }
      return new Client(socket, name.toString());
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** The server that answered. */
  String server() {
    return server;
  }

  /** True if a byte goes to the server and comes back. */
  boolean alive() {
    try {
      socket.getOutputStream().write('x');
      return socket.getInputStream().read() == 'x';
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
