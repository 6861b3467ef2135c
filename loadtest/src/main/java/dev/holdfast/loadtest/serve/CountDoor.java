package dev.holdfast.loadtest.serve;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.loadtest.words.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells whoever connects how many sessions there are, as one line of JSON, and closes. */
public final class CountDoor implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ServerSocket door;
  private final Servers servers;

  /**
   * Opens the door.
   *
   * @throws IOException if the address cannot be used
   */
  public CountDoor(Target bind, Servers servers) throws IOException {
    this.servers = servers;
    door = new ServerSocket(bind.address().getPort(), 16, bind.address().getAddress());
    Thread thread = new Thread(this::serve, "counts");
    thread.setDaemon(true);
    thread.start();
  }

  /** Where it is open. */
  public InetSocketAddress address() {
    return (InetSocketAddress) door.getLocalSocketAddress();
  }

  private void serve() {
    while (!door.isClosed()) {
      try (Socket caller = door.accept()) {
        caller.setSoTimeout(1000);
        caller.getOutputStream().write((line() + "\n").getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // the caller is gone, or the door was closed
      }
    }
  }

  /** What it tells. */
  String line() {
    Map<String, Object> all = new LinkedHashMap<>();
    Map<String, Object> each = new LinkedHashMap<>();
    servers.tallies().forEach((name, tally) -> each.put(name, count(tally)));
    all.put("servers", each);
    all.put("all", count(servers.all()));
    try {
      return JSON.writeValueAsString(all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Long> count(Tally tally) {
    Map<String, Long> count = new LinkedHashMap<>();
    count.put("current", tally.current());
    count.put("max", tally.most());
    count.put("total", tally.total());
    return count;
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
