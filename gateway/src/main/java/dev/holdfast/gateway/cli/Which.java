package dev.holdfast.gateway.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which sessions are meant, as flags. */
final class Which {
  @Option(names = "--node", paramLabel = "NODE", description = "Held by this node.")
  private @Nullable String node;

  @Option(names = "--listener", paramLabel = "L", description = "That came in at this listener.")
  private @Nullable String listener;

  @Option(names = "--pool", paramLabel = "POOL", description = "Of this pool.")
  private @Nullable String pool;

  @Option(names = "--server", paramLabel = "[POOL/]SERVER", description = "Served by this server.")
  private @Nullable String server;

  /** What was given, by the names of the API. */
  Map<String, String> given() {
    Map<String, String> given = new LinkedHashMap<>();
    put(given, "node", node);
    put(given, "listener", listener);
    put(given, "pool", pool);
    if (server != null) {
      int slash = server.indexOf('/');
      if (slash > 0) {
        given.put("pool", server.substring(0, slash));
      }
      given.put("server", server.substring(slash + 1));
    }
    return given;
  }

  private static void put(Map<String, String> given, String name, @Nullable String value) {
    if (value != null) {
      given.put(name, value);
    }
  }
}
