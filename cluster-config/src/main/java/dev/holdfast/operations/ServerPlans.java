package dev.holdfast.operations;

import dev.holdfast.table.SlotTable;
import dev.holdfast.words.ServerName;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a drain of a server and a rebalance over servers will do, from a survey of the sessions.
 * Pure: the same survey gives the same plan, so a dry run says what an order would do.
 */
final class ServerPlans {
  /**
   * A plan, and the slots that it is about.
   *
   * @param plan what will happen
   * @param slots for a rebalance those to be given back to the table
   */
  record Made(Plan plan, BitSet slots) {}

  private ServerPlans() {}

  /**
   * The drain of a server.
   *
   * @param server the one
   * @param now the table
   * @param after the table without it
   * @param before weights of those in use now
   * @param later weights of those in use then
   * @param survey sessions at the server, by slot
   */
  static Made drain(
      ServerName server,
      SlotTable now,
      SlotTable after,
      Map<ServerName, Integer> before,
      Map<ServerName, Integer> later,
      Survey survey) {
    Map<String, Long> to = new TreeMap<>();
    Map<ServerName, Long> loads = new HashMap<>(survey.totals());
    long sessions = 0;
    for (Map.Entry<Integer, Integer> slot :
        survey.counts().getOrDefault(server, Map.of()).entrySet()) {
      sessions += slot.getValue();
      ServerName next = after.server(slot.getKey());
      if (next != null) {
        to.merge(next.value(), (long) slot.getValue(), Long::sum);
        loads.merge(next, (long) slot.getValue(), Long::sum);
      }
    }
    return new Made(
        new Plan(
            sessions,
            now.slotsOf(server).cardinality(),
            sessions == 0 ? Map.of() : Map.of(server.value(), sessions),
            to,
            List.of(Loads.maxOverMean(survey.totals(), before), Loads.maxOverMean(loads, later))),
        new BitSet());
  }

  /** Sessions of one slot that are at one server and belong to another. */
  private record Move(int slot, ServerName to, int sessions) {}

  /**
   * A rebalance over servers: slots are given back whole, those of the most loaded servers first,
   * as long as nobody gets more than its share.
   *
   * @param table the table
   * @param weights of those in use
   * @param survey sessions that are not where the table says, by slot
   * @param threshold nothing is moved while the largest is below so many times its share
   * @param budget sessions moved at most, or null
   */
  static Made rebalance(
      SlotTable table,
      Map<ServerName, Integer> weights,
      Survey survey,
      double threshold,
      @Nullable Long budget) {
    Map<ServerName, Long> loads = new TreeMap<>();
    weights.keySet().forEach(server -> loads.put(server, 0L));
    survey.totals().forEach((server, count) -> loads.computeIfPresent(server, (s, c) -> count));
    double before = Loads.maxOverMean(loads, weights);
    Rebalance rebalance = new Rebalance(table, weights, loads, survey);
    if (before >= threshold - 1e-9) {
      rebalance.run(budget == null ? Long.MAX_VALUE : budget);
    }
    return new Made(
        new Plan(
            rebalance.moved,
            0,
            rebalance.from,
            rebalance.to,
            List.of(before, Loads.maxOverMean(loads, weights))),
        rebalance.slots);
  }

  /** One rebalance under way. */
  private static final class Rebalance {
    private final Map<ServerName, Long> loads;
    private final Map<ServerName, Double> fair = new HashMap<>();
    private final Map<ServerName, PriorityQueue<Move>> moves = new TreeMap<>();
    private final Map<Integer, Map<ServerName, Integer>> bySlot = new HashMap<>();
    private final SlotTable table;
    final BitSet slots = new BitSet();
    final Map<String, Long> from = new TreeMap<>();
    final Map<String, Long> to = new TreeMap<>();
    long moved;

    Rebalance(
        SlotTable table,
        Map<ServerName, Integer> weights,
        Map<ServerName, Long> loads,
        Survey survey) {
      this.table = table;
      this.loads = loads;
      long total = loads.values().stream().mapToLong(Long::longValue).sum();
      long sum = weights.values().stream().mapToLong(Integer::longValue).sum();
      weights.forEach((server, weight) -> fair.put(server, (double) total * weight / sum));
      survey
          .counts()
          .forEach(
              (server, counts) -> {
                if (fair.getOrDefault(server, 0.0) > 0) {
                  counts.forEach((slot, sessions) -> add(server, slot, sessions));
                }
              });
    }

    private void add(ServerName server, int slot, int sessions) {
      ServerName wanted = table.server(slot);
      if (wanted != null && !wanted.equals(server) && fair.containsKey(wanted)) {
        bySlot.computeIfAbsent(slot, s -> new TreeMap<>()).put(server, sessions);
        moves
            .computeIfAbsent(
                server,
                s ->
                    new PriorityQueue<>(
                        Comparator.comparingInt(Move::sessions)
                            .reversed()
                            .thenComparingInt(Move::slot)))
            .add(new Move(slot, wanted, sessions));
      }
    }

    private double ratio(ServerName server) {
      return loads.get(server) / fair.get(server);
    }

    void run(long budget) {
      List<ServerName> donors = new ArrayList<>(moves.keySet());
      while (!donors.isEmpty()) {
        ServerName donor =
            donors.stream()
                .max(Comparator.comparingDouble(this::ratio).thenComparing(s -> s))
                .orElseThrow();
        Move move = moves.get(donor).poll();
        if (move == null) {
          donors.remove(donor);
        } else if (!slots.get(move.slot())) {
          give(donor, move, budget);
        }
      }
    }

    /** Gives a slot back, with what all servers have of it, if nobody gets too much by that. */
    private void give(ServerName donor, Move move, long budget) {
      Map<ServerName, Integer> all = bySlot.get(move.slot());
      long sessions = all.values().stream().mapToLong(Integer::longValue).sum();
      double share = fair.get(move.to());
      double after = loads.get(move.to()) + sessions;
      boolean fits = after <= Math.ceil(share) && after / share <= ratio(donor) + 1e-9;
      if (!fits || moved + sessions > budget) {
        return;
      }
      slots.set(move.slot());
      moved += sessions;
      all.forEach(
          (server, count) -> {
            loads.merge(server, -(long) count, Long::sum);
            from.merge(server.value(), (long) count, Long::sum);
          });
      loads.merge(move.to(), sessions, Long::sum);
      to.merge(move.to().value(), sessions, Long::sum);
    }
  }
}
