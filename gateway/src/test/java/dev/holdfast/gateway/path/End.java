package dev.holdfast.gateway.path;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** One end of a connection, blocking; bytes are made from a seed and checked against it. */
final class End implements java.io.Closeable {
  private static final int PIECE = 32 * 1024;

  final Socket socket;
  private volatile long sent; // one writer
  private long seenSent = -1;
  private long seenAt;

  End(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(10_000);
    try {
      socket.setTcpNoDelay(true);
    } catch (SocketException e) {
      // reset already: the next read says so
      assert !socket.isClosed();
    }
  }

  static End connect(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    socket.connect(address, 5000);
    return new End(socket);
  }

  static End connect(InetSocketAddress address, String from) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(address, 5000);
    return new End(socket);
  }

  /** Connects and reads until the end; a reset may come while it is being set up. */
  static String howRefused(InetSocketAddress address) throws IOException {
    try (End client = connect(address)) {
      return client.last();
    } catch (SocketException e) {
      if (String.valueOf(e.getMessage()).contains("reset")) {
        return "RESET";
      }
      throw e;
    }
  }

  /** Sends so many bytes of a seed. */
  End send(long bytes, long seed) throws IOException {
    OutputStream out = socket.getOutputStream();
    SplittableRandom random = new SplittableRandom(seed);
    byte[] piece = new byte[PIECE];
    for (long left = bytes; left > 0; left -= PIECE) {
      random.nextBytes(piece);
      out.write(piece, 0, (int) Math.min(left, PIECE));
      sent = sent + PIECE;
    }
    return this;
  }

  /** Sends bytes of the test's own. */
  End say(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  End say(String text) throws IOException {
    return say(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
  }

  /** Receives exactly these bytes. */
  End hear(byte[] bytes) throws IOException {
    byte[] got = socket.getInputStream().readNBytes(bytes.length);
    if (!java.util.Arrays.equals(got, bytes)) {
      java.util.HexFormat hex = java.util.HexFormat.of();
      throw new AssertionError(hex.formatHex(got) + " (expected: " + hex.formatHex(bytes) + ")");
    }
    return this;
  }

  End hear(String text) throws IOException {
    return hear(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
  }

  CompletableFuture<Void> sendLater(long bytes, long seed) {
    return later(() -> send(bytes, seed));
  }

  CompletableFuture<Void> sendAndFinLater(long bytes, long seed) {
    return later(() -> send(bytes, seed).fin());
  }

  /** Sends until it is enough, then a FIN; completes with the number of bytes. */
  CompletableFuture<Long> sendUntil(AtomicBoolean enough) {
    long[] bytes = new long[1];
    return later(
            () -> {
              while (!enough.get()) {
                send(PIECE, bytes[0]);
                bytes[0] += PIECE;
              }
              fin();
            })
        .thenApply(done -> bytes[0]);
  }

  /** Reads until the FIN; completes with the number of bytes. */
  CompletableFuture<Long> countLater() {
    long[] bytes = new long[1];
    return later(
            () -> {
              byte[] piece = new byte[PIECE];
              InputStream in = socket.getInputStream();
              for (int got = in.read(piece); got >= 0; got = in.read(piece)) {
                bytes[0] += got;
              }
            })
        .thenApply(done -> bytes[0]);
  }

  /** Bytes sent so far, rounded up to pieces. */
  long sent() {
    return sent;
  }

  /** True if nothing more could be sent for 100 ms. */
  boolean standsStill() {
    long now = System.nanoTime();
    if (sent != seenSent) {
      seenSent = sent;
      seenAt = now;
    }
    return seenSent > 0 && now - seenAt > 100_000_000L;
  }

  /** Tries to send; true if the connection is broken. */
  boolean cannotSend(int bytes) {
    try {
      socket.getOutputStream().write(new byte[bytes]);
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /** Receives exactly these bytes. */
  End expect(long bytes, long seed) throws IOException {
    InputStream in = socket.getInputStream();
    SplittableRandom random = new SplittableRandom(seed);
    byte[] piece = new byte[PIECE];
    for (long done = 0; done < bytes; done += PIECE) {
      random.nextBytes(piece);
      int length = (int) Math.min(bytes - done, PIECE);
      byte[] got = in.readNBytes(length);
      if (got.length != length || !java.util.Arrays.equals(got, 0, length, piece, 0, length)) {
        throw new AssertionError(
            "after " + done + ": " + got.length + " bytes, equal only if seed " + seed + " lies");
      }
    }
    return this;
  }

  CompletableFuture<Void> expectLater(long bytes, long seed) {
    return later(() -> expect(bytes, seed));
  }

  End fin() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  End reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
    return this;
  }

  /** How it goes on: a byte, {@code FIN}, {@code RESET}. */
  String next() throws IOException {
    try {
      int got = socket.getInputStream().read();
      return got < 0 ? "FIN" : "byte " + got;
    } catch (SocketException e) {
      return "RESET";
    }
  }

  /** Reads and forgets until the end: {@code FIN} or {@code RESET}. */
  String last() throws IOException {
    String next = next();
    while (next.startsWith("byte")) {
      next = next();
    }
    return next;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private interface Work {
    void run() throws IOException;
  }

  private static CompletableFuture<Void> later(Work work) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
                done.complete(null);
              } catch (IOException | RuntimeException | AssertionError e) {
                done.completeExceptionally(e);
              }
            },
            "end");
    thread.setDaemon(true);
    thread.start();
    return done;
  }
}
