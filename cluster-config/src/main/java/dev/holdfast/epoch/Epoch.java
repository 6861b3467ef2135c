package dev.holdfast.epoch;

import dev.holdfast.epoch.LoopRoutes.Answer;
import dev.holdfast.epoch.LoopRoutes.By;
import dev.holdfast.table.SecondChoices;
import dev.holdfast.table.SlotHash;
import dev.holdfast.table.SlotTable;
import dev.holdfast.table.TablePlan;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One epoch of one pool: table, states of the servers, touched slots, pins, and the slots that are
 * given back to the table. Immutable, any thread. About 1 MiB of heap and 100 bytes a pin.
 */
final class Epoch {
  /**
   * A source that stays at a server although the table may say another.
   *
   * @param server where it stays
   * @param operator set by an operator: only an operator removes it
   */
  record Pin(ServerName server, boolean operator) {}

  private final ChangeId id;
  private final SlotTable table;
  private final Map<ServerName, Integer> configured;
  private final Map<ServerName, Integer> usable;
  private final Set<ServerName> serving;
  private final int[] touched;
  private final BitSet givenBack;
  private final Map<Source, Pin> pins;
  private final Map<ServerName, Answer> answers = new HashMap<>();
  private final Answer nobody = new Answer.Unserved(null);
  private final SecondChoices choices;

  Epoch(
      ChangeId id,
      SlotTable table,
      Map<ServerName, Integer> configured,
      Map<ServerName, Integer> usable,
      Set<ServerName> serving,
      int[] touched,
      BitSet givenBack,
      Map<Source, Pin> pins) {
    this.id = id;
    this.table = table;
    this.configured = Map.copyOf(configured);
    this.usable = Map.copyOf(usable);
    this.serving = Set.copyOf(serving);
    this.touched = touched;
    this.givenBack = (BitSet) givenBack.clone();
    // not Map.copyOf: it probes from bucket to bucket, and sources of one network are neighbours
    this.pins = Collections.unmodifiableMap(new HashMap<>(pins));
    this.choices = new SecondChoices(table, usable);
    for (ServerName server : table.servers()) {
      answers.put(server, to(server, By.SLOT));
    }
  }

  /** The first epoch of a pool: the same on every node that has the same wish. */
  static Epoch first(PoolName pool, ChangeId id, Wish wish) {
    Map<ServerName, Integer> configured = wish.configured();
    SlotTable table =
        TablePlan.next(TablePlan.first(pool, configured), wish.usable()); // homes by configuration
    return new Epoch(
        id,
        table,
        configured,
        wish.usable(),
        serving(wish),
        new int[SlotTable.SLOTS],
        new BitSet(), // nobody is pinned anywhere
        operators(wish));
  }

  /**
   * The epoch after this one, without the pins that the claims will make.
   *
   * @param sweep slots to touch besides those that have to be
   * @param living diversions that live
   */
  Epoch proposal(ChangeId next, Wish wish, BitSet sweep, Map<Source, Diversion> living) {
    SlotTable after = planned(wish);
    Set<ServerName> serves = serving(wish);
    Set<ServerName> changed = new TreeSet<>(serves);
    changed.removeAll(serving);
    serving.stream().filter(server -> !serves.contains(server)).forEach(changed::add);
    BitSet slots = table.movedTo(after);
    slots.or(sweep);
    BitSet given = wish.givenBack();
    BitSet changedHands = wish.givenBack();
    changedHands.xor(givenBack);
    slots.or(changedHands);
    for (ServerName server : changed) {
      slots.or(table.slotsOf(server));
      slots.or(after.slotsOf(server));
    }
    Map<Source, Pin> operators = operators(wish);
    pins.forEach(
        (source, pin) -> {
          if (changed.contains(pin.server())
              || (pin.operator() && !pin.equals(operators.get(source)))) {
            slots.set(SlotHash.slot(source));
          }
        });
    operators.forEach(
        (source, pin) -> {
          if (!pin.equals(pins.get(source))) {
            slots.set(SlotHash.slot(source));
          }
        });
    living.forEach(
        (source, diversion) -> {
          if (changed.contains(diversion.server())) {
            slots.set(SlotHash.slot(source));
          }
        });
    int[] marks = touched.clone();
    slots.stream().forEach(slot -> marks[slot] = (int) next.number());
    return new Epoch(
        next, after, wish.configured(), wish.usable(), serves, marks, given, operators);
  }

  /** The table that the next epoch would have. */
  SlotTable planned(Wish wish) {
    boolean same = configured.equals(wish.configured());
    SlotTable settled = same ? table : TablePlan.settle(table, wish.configured());
    return same && usable.equals(wish.usable()) ? table : TablePlan.next(settled, wish.usable());
  }

  /** This epoch with other pins. */
  Epoch with(Map<Source, Pin> others) {
    return new Epoch(id, table, configured, usable, serving, touched, givenBack, others);
  }

  /** True if nothing of this epoch differs from the wish. */
  boolean fulfils(Wish wish) {
    if (!configured.equals(wish.configured())
        || !usable.equals(wish.usable())
        || !serving.equals(serving(wish))
        || !givenBack.equals(wish.givenBack())) {
      return false;
    }
    Map<Source, Pin> operators = operators(wish);
    for (Map.Entry<Source, Pin> pin : operators.entrySet()) {
      if (!pin.getValue().equals(pins.get(pin.getKey()))) {
        return false;
      }
    }
    return pins.values().stream().filter(Pin::operator).count() == operators.size();
  }

  private static Set<ServerName> serving(Wish wish) {
    Set<ServerName> serving = new TreeSet<>();
    wish.servers()
        .forEach(
            (server, target) -> {
              if (target.serves()) {
                serving.add(server);
              }
            });
    return serving;
  }

  private static Map<Source, Pin> operators(Wish wish) {
    Map<Source, Pin> operators = new HashMap<>();
    wish.pins().forEach((source, server) -> operators.put(source, new Pin(server, true)));
    return operators;
  }

  /** What the epoch alone says of a source, pins left out; allocates nothing. */
  Answer bySlot(int slot) {
    ServerName server = table.server(slot);
    return server == null ? nobody : answers.get(server);
  }

  /** The answer for a server. */
  Answer to(ServerName server, By by) {
    return serving.contains(server)
        ? new Answer.To(server, by, id.number())
        : new Answer.Unserved(server);
  }

  /** The whole answer: living diversion, else pin, else table. */
  Answer answer(Source source, int slot, @Nullable Diversion diversion) {
    if (diversion != null && diversion.alive(touched[slot])) {
      return to(diversion.server(), By.DIVERTED);
    }
    Pin pin = pins.isEmpty() ? null : pins.get(source);
    return pin != null ? to(pin.server(), By.PIN) : bySlot(slot);
  }

  /** The server of the answer, whether it serves or not; null if the pool has none. */
  @Nullable ServerName server(Source source, int slot, @Nullable Diversion diversion) {
    Answer answer = answer(source, slot, diversion);
    return answer instanceof Answer.To to ? to.server() : ((Answer.Unserved) answer).server();
  }

  /** An operator's pin, else what the table says; null if the pool has no server. */
  @Nullable ServerName wanted(Source source, int slot) {
    Pin pin = pins.isEmpty() ? null : pins.get(source);
    return pin != null && pin.operator() ? pin.server() : table.server(slot);
  }

  ChangeId id() {
    return id;
  }

  long number() {
    return id.number();
  }

  SlotTable table() {
    return table;
  }

  SecondChoices choices() {
    return choices;
  }

  Map<ServerName, Integer> configured() {
    return configured;
  }

  Map<ServerName, Integer> usable() {
    return usable;
  }

  Set<ServerName> serving() {
    return serving;
  }

  boolean serves(ServerName server) {
    return serving.contains(server);
  }

  /** The epoch that touched a slot last. */
  int touched(int slot) {
    return touched[slot];
  }

  /** The slots that this epoch touched. */
  BitSet touchedByThis() {
    BitSet slots = new BitSet();
    for (int slot = 0; slot < touched.length; slot++) {
      if (touched[slot] == (int) id.number()) {
        slots.set(slot);
      }
    }
    return slots;
  }

  /** True if nobody is pinned in this slot to another server than the table's. */
  boolean givenBack(int slot) {
    return givenBack.get(slot);
  }

  /** True if some slots are given back to the table. */
  boolean givesBack() {
    return !givenBack.isEmpty();
  }

  /** The slots that are given back to the table; a copy. */
  BitSet givenBack() {
    return (BitSet) givenBack.clone();
  }

  Map<Source, Pin> pins() {
    return pins;
  }
}
