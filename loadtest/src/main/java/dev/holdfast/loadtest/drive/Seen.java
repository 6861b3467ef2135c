package dev.holdfast.loadtest.drive;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of servers.
 *
 * @param sourcesByServer how many sources reached each server
 * @param serverBySource of each source, if there are few
 * @param firstFault a source on two servers, for people; or null
 */
public record Seen(
    Map<String, Integer> sourcesByServer,
    Map<String, String> serverBySource,
    @Nullable String firstFault) {
  /** Copies. */
  public Seen {
    sourcesByServer = Map.copyOf(sourcesByServer);
    serverBySource = Map.copyOf(serverBySource);
  }

  /** What several processes saw together; a source that two of them had is compared. */
  public static Seen merge(List<Seen> all) {
    Map<String, Integer> byServer = new HashMap<>();
    Map<String, String> bySource = new HashMap<>();
    String fault = null;
    for (Seen seen : all) {
      if (fault == null) {
        fault = seen.firstFault;
      }
      for (Map.Entry<String, String> entry : seen.serverBySource.entrySet()) {
        String before = bySource.put(entry.getKey(), entry.getValue());
        if (before != null && !before.equals(entry.getValue()) && fault == null) {
          fault = entry.getKey() + " reached " + before + " and " + entry.getValue();
        }
      }
      seen.sourcesByServer.forEach((server, many) -> byServer.merge(server, many, Integer::sum));
    }
    if (!bySource.isEmpty()) {
      byServer.clear(); // one source in several processes is one source
      bySource.values().forEach(server -> byServer.merge(server, 1, Integer::sum));
    }
    return new Seen(byServer, bySource, fault);
  }
}
