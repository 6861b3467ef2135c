package dev.holdfast.loadtest.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.loadtest.words.Target;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What servers tell of their sessions.
 *
 * @param servers by name
 * @param all over all of them; the most is the largest that one place that counts has seen, which
 *     is exact if they count together
 */
public record ServerCounts(Map<String, Counted> servers, Counted all) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_ANSWER = 1 << 20;
  private static final int TIMEOUT_MS = 2000;

  /**
   * Sessions.
   *
   * @param current now
   * @param max the most at once
   * @param total so far
   */
  public record Counted(long current, long max, long total) {
    private static Counted of(JsonNode node) {
      return new Counted(
          node.path("current").asLong(), node.path("max").asLong(), node.path("total").asLong());
    }

    private Counted plus(Counted other) {
      return new Counted(
          current + other.current, Math.max(max, other.max), Math.max(total, other.total));
    }
  }

  /** Copies. */
  public ServerCounts {
    servers = new TreeMap<>(servers);
  }

  /**
   * Asks each place.
   *
   * @throws IOException if one does not answer
   */
  public static ServerCounts ask(List<Target> places) throws IOException {
    Map<String, Counted> servers = new TreeMap<>();
    Counted all = new Counted(0, 0, 0);
    for (Target place : places) {
      JsonNode told = ask(place);
      told.path("servers")
          .properties()
          .forEach(entry -> servers.put(entry.getKey(), Counted.of(entry.getValue())));
      all = all.plus(Counted.of(told.path("all")));
    }
    return new ServerCounts(servers, all);
  }

  private static JsonNode ask(Target place) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(TIMEOUT_MS);
      socket.connect(place.address(), TIMEOUT_MS);
      byte[] answer = socket.getInputStream().readNBytes(MOST_ANSWER);
      return JSON.readTree(answer);
    } catch (IOException e) {
      throw new IOException("count-at: " + place + ": " + e.getMessage(), e);
    }
  }
}
