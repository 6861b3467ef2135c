package dev.holdfast.operations;

import dev.holdfast.store.Table;
import dev.holdfast.store.Table.Tells;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a pool over all nodes, by slot and server.
 *
 * @param totals sessions at each server
 * @param counts server -> slot -> sessions, of those that were asked for
 */
public record Survey(Map<ServerName, Long> totals, Map<ServerName, Map<Integer, Integer>> counts) {
  /** What is asked, by its id. */
  static final Table<Question> QUESTIONS = new Table<>("operation-questions", Question.class);

  /** What the nodes answer, by question and process. */
  static final Table<Answer> ANSWERS =
      new Table<>("operation-answers", Answer.class, Tells.NOTHING);

  /** Rows of an answer that one node gives at most: about 400 KiB. */
  static final int MOST = 65_536;

  /**
   * A question to all nodes.
   *
   * @param id drawn by who asks
   * @param pool the pool
   * @param server only those at this server; null: only those not where the table says
   * @param round +1 each time it is asked again
   */
  record Question(String id, PoolName pool, @Nullable ServerName server, int round) {}

  /**
   * A node's answer: three arrays of equal length.
   *
   * @param node the process
   * @param count what it counted
   */
  record Answer(NodeId node, Count count) {
    static String key(String question, NodeId node) {
      return question + "/" + node;
    }
  }

  /**
   * What one node counted: the servers are named once, then three arrays of equal length.
   *
   * @param totals sessions at each server
   * @param servers those that the second array numbers
   * @param slots the slot of each row
   * @param at the server of each row, as its place in the list
   * @param sessions of each row
   */
  public record Count(
      Map<ServerName, Integer> totals,
      java.util.List<ServerName> servers,
      int[] slots,
      int[] at,
      int[] sessions) {
    /** A count of what was found: server -> slot -> sessions. */
    public static Count of(
        Map<ServerName, Integer> totals, Map<ServerName, Map<Integer, Integer>> found) {
      int size = Math.min(MOST, found.values().stream().mapToInt(Map::size).sum());
      java.util.List<ServerName> servers = found.keySet().stream().sorted().toList();
      int[] slots = new int[size];
      int[] at = new int[size];
      int[] sessions = new int[size];
      int row = 0;
      for (int server = 0; server < servers.size(); server++) {
        for (Map.Entry<Integer, Integer> slot : found.get(servers.get(server)).entrySet()) {
          if (row < size) {
            slots[row] = slot.getKey();
            at[row] = server;
            sessions[row++] = slot.getValue();
          }
        }
      }
      return new Count(totals, servers, slots, at, sessions);
    }
  }

  /** The sum of what the nodes counted. */
  static Survey of(Iterable<Count> counts) {
    Map<ServerName, Long> totals = new TreeMap<>();
    Map<ServerName, Map<Integer, Integer>> found = new HashMap<>();
    for (Count count : counts) {
      count
          .totals()
          .forEach((server, sessions) -> totals.merge(server, (long) sessions, Long::sum));
      for (int row = 0; row < count.slots().length; row++) {
        found
            .computeIfAbsent(count.servers().get(count.at()[row]), server -> new HashMap<>())
            .merge(count.slots()[row], count.sessions()[row], Integer::sum);
      }
    }
    return new Survey(totals, found);
  }
}
