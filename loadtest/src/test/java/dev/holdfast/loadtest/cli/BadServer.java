package dev.holdfast.loadtest.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that does one thing wrong, a thread a session. */
final class BadServer implements AutoCloseable {
  enum How {
    /** Ends a session after its first bytes. */
    CLOSE,
    /** Breaks it off after its first bytes. */
    RESET,
    /** The same for the first five sessions; echoes afterwards. */
    RESET_ONCE,
    /** Sends back other bytes. */
    GARBLE,
    /** Closes before it greets. */
    REFUSE,
    /** Never says anything. */
    MUTE
  }

  private final ServerSocket listener;
  private final How how;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger sessions = new AtomicInteger();

  BadServer(How how) throws IOException {
    this.how = how;
    listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "bad-server");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        sockets.add(socket);
        int number = sessions.incrementAndGet();
        start(() -> serve(socket, number));
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void serve(Socket socket, int number) {
    try (socket) {
      if (how == How.REFUSE) {
        return;
      }
      if (how != How.MUTE) {
        socket.getOutputStream().write("bad ready\n".getBytes(StandardCharsets.US_ASCII));
      }
      byte[] bytes = new byte[64];
      for (int n = socket.getInputStream().read(bytes);
          n >= 0;
          n = socket.getInputStream().read(bytes)) {
        switch (how) {
          case CLOSE -> {
            return;
          }
          case RESET, RESET_ONCE -> {
            if (how == How.RESET || number <= 5) {
              socket.setSoLinger(true, 0);
              return;
            }
          }
          case GARBLE -> bytes[n - 1] ^= 1;
          default -> {}
        }
        if (how != How.MUTE) {
          socket.getOutputStream().write(bytes, 0, n);
        }
      }
    } catch (IOException e) {
      // the client is gone
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
