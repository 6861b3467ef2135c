package dev.holdfast.table;

import dev.holdfast.words.ServerName;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the source of a slot goes when servers cannot be used: exactly what the table will say once
 * they are DOWN, so that most diversions need no pin later (EPOCHS.md, rule 19).
 *
 * <p>One object for one table and its weights. Thread-safe; a known answer takes no lock. The first
 * question about a server, or about a set of several, costs one plan on the calling thread, once
 * for all threads; the answers for single servers are all kept (256 KiB together), those for sets
 * of several only for the {@value #KEPT_SETS} that came last.
 */
public final class SecondChoices {
  /** How many tables without several servers are kept, about 512 KiB each. */
  private static final int KEPT_SETS = 4;

  private final SlotTable table;
  private final SortedMap<ServerName, Integer> weights;
  private final ServerName[] answers = new ServerName[SlotTable.SLOTS];
  private final Set<ServerName> answered = ConcurrentHashMap.newKeySet();
  private volatile Map<Set<ServerName>, SlotTable> withoutSeveral = Map.of();

  /**
   * Computes nothing yet.
   *
   * @param table the table in use
   * @param weights those that {@code table} was planned with
   */
  public SecondChoices(SlotTable table, Map<ServerName, Integer> weights) {
    this.table = table;
    this.weights = new TreeMap<>(weights);
    this.weights.values().removeIf(weight -> weight == 0);
  }

  /**
   * The server of a slot while one server cannot be used: the table's own unless it is that one.
   *
   * @return null if no other server has a weight
   */
  public @Nullable ServerName without(ServerName unusable, int slot) {
    ServerName server = table.server(slot);
    if (!unusable.equals(server)) {
      return server;
    }
    if (!answered.contains(unusable)) {
      answer(unusable);
    }
    return answers[slot];
  }

  /**
   * The server of a slot while several cannot be used: the table's own if it can, else what the
   * table would say if all of them were DOWN.
   *
   * @return null if no other server has a weight
   */
  public @Nullable ServerName without(Set<ServerName> unusable, int slot) {
    ServerName server = table.server(slot);
    if (server == null || !unusable.contains(server)) {
      return server;
    }
    if (unusable.size() == 1) {
      return without(server, slot);
    }
    SlotTable known = withoutSeveral.get(unusable);
    return (known != null ? known : tableWithout(unusable)).server(slot);
  }

  /**
   * The servers to which a slot would go, one after the other, if each in turn became DOWN; the
   * first is the second choice, the table's own server is not among them. For people who ask: each
   * entry may cost a plan.
   *
   * @param atMost entries, 0 or more
   */
  public List<ServerName> order(int slot, int atMost) {
    List<ServerName> order = new ArrayList<>();
    TreeSet<ServerName> gone = new TreeSet<>();
    ServerName server = table.server(slot);
    while (server != null && order.size() < atMost) {
      gone.add(server);
      server = planWithout(gone).server(slot);
      if (server != null) {
        order.add(server);
      }
    }
    return List.copyOf(order);
  }

  private synchronized void answer(ServerName unusable) {
    if (answered.contains(unusable)) {
      return;
    }
    SlotTable next = planWithout(Set.of(unusable));
    BitSet slots = table.slotsOf(unusable);
    for (int slot = slots.nextSetBit(0); slot >= 0; slot = slots.nextSetBit(slot + 1)) {
      answers[slot] = next.server(slot);
    }
    answered.add(unusable);
  }

  private synchronized SlotTable tableWithout(Set<ServerName> unusable) {
    SlotTable known = withoutSeveral.get(unusable);
    if (known != null) {
      return known;
    }
    SlotTable next = planWithout(unusable);
    LinkedHashMap<Set<ServerName>, SlotTable> kept = new LinkedHashMap<>(withoutSeveral);
    if (kept.size() == KEPT_SETS) {
      kept.remove(kept.keySet().iterator().next());
    }
    kept.put(Set.copyOf(unusable), next);
    withoutSeveral = kept;
    return next;
  }

  private SlotTable planWithout(Set<ServerName> unusable) {
    TreeMap<ServerName, Integer> left = new TreeMap<>(weights);
    left.keySet().removeAll(unusable);
    return TablePlan.next(table, left);
  }
}
