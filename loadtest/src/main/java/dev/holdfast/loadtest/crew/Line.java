package dev.holdfast.loadtest.crew;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A connection on which each side says a JSON object a line. One thread. */
final class Line implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final int most;

  /**
   * On a socket.
   *
   * @param most bytes that the other side may say at once
   * @param silence so long it may say nothing
   */
  Line(Socket socket, int most, Duration silence) throws IOException {
    this.socket = socket;
    this.most = most;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) silence.toMillis());
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  void say(Object words) throws IOException {
    byte[] line = (JSON.writeValueAsString(words) + "\n").getBytes(StandardCharsets.UTF_8);
    out.write(line);
    out.flush();
  }

  /**
   * What the other side says next.
   *
   * @throws IOException if it says too much, nothing, or no JSON object
   */
  JsonNode hear() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    while (next >= 0 && next != '\n') {
      if (line.size() >= most) {
        throw new IOException("more than " + most + " bytes at once");
      }
      line.write(next);
      next = in.read();
    }
    if (next < 0) {
      throw new IOException("gone");
    }
    try {
      JsonNode words = JSON.readTree(line.toByteArray());
      if (words == null || !words.isObject()) {
        throw new IOException("no JSON object");
      }
      return words;
    } catch (JsonProcessingException e) {
      throw new IOException("no JSON object", e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // closed is closed
    }
  }
}
