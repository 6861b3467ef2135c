package dev.holdfast.gateway.health;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that follows a script with each client, on real sockets. */
final class Peer implements AutoCloseable {
  /** What is done with one client; the socket is closed after it. */
  interface Script {
    void serve(Socket client) throws IOException, InterruptedException;
  }

  private final ServerSocket listener;
  private final List<Socket> clients = new CopyOnWriteArrayList<>();
  private final List<String> ends = new CopyOnWriteArrayList<>();

  Peer(Script script) throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    Thread thread = new Thread(() -> accept(script), "peer");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept(Script script) {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        clients.add(client);
        Thread thread = new Thread(() -> serve(script, client), "peer-client");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Script script, Socket client) {
    try (client) {
      script.serve(client);
      ends.add("done");
    } catch (IOException e) {
      ends.add(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static void say(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    client.getOutputStream().flush();
  }

  /** Reads until a line feed. */
  static String line(Socket client) throws IOException {
    StringBuilder line = new StringBuilder();
    InputStream in = client.getInputStream();
    for (int c = in.read(); c >= 0; c = in.read()) {
      line.append((char) c);
      if (c == '\n') {
        return line.toString();
      }
    }
    return line.toString();
  }

  /** How the scripts ended. */
  List<String> ends() {
    return ends;
  }

  /** Clients that came. */
  List<Socket> clients() {
    return clients;
  }

  InetSocketAddress address() {
    return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket client : clients) {
      client.close();
    }
  }
}
