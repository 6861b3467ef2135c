package dev.holdfast.ledger;

import dev.holdfast.ledger.LedgerWorld.Life;
import dev.holdfast.ledger.LedgerWorld.Message;
import dev.holdfast.words.NodeName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Breadth-first search over everything that can happen in a small world: requests run now, late,
 * twice or never, answers come late or never, owners are killed, cut off, stopped, rows are lost,
 * backups lag, sides merge. In every state the grants stay within the limit, and from every state,
 * after all is healed, each node in turn gets the whole limit.
 */
final class LedgerSearch {
  /** What may go wrong. */
  enum Fault {
    CRASH,
    CUT,
    STOP,
    LOSS,
    STALE
  }

  /** How a search ended. */
  record Result(int states, @Nullable String violation, List<String> trace, boolean all) {}

  private record Step(int parent, String label) {}

  Set<Fault> kinds = EnumSet.noneOf(Fault.class);
  int slots = 1;
  boolean lateAnywhere;
  boolean wrongProof;
  boolean settles = true;
  int maxStates = Integer.MAX_VALUE;
  long millis = Long.MAX_VALUE;
  private final Map<String, String> settled = new HashMap<>();

  Result run(LedgerWorld start) {
    long end = System.nanoTime() + Math.min(millis, 1L << 40) * 1_000_000;
    Set<String> seen = new HashSet<>();
    List<Step> steps = new ArrayList<>();
    ArrayDeque<LedgerWorld> queue = new ArrayDeque<>();
    LedgerWorld first = start.copy().canonical();
    seen.add(first.key());
    steps.add(new Step(-1, "start"));
    queue.add(first);
    for (int at = 0; !queue.isEmpty(); at++) {
      LedgerWorld world = queue.remove();
      String leak = settles ? settle(world) : null;
      if (leak != null) {
        return new Result(seen.size(), leak, trace(steps, at), false);
      }
      if (seen.size() >= maxStates || System.nanoTime() > end) {
        return new Result(seen.size(), null, List.of(), false);
      }
      List<LedgerWorld> next = new ArrayList<>();
      List<String> labels = new ArrayList<>();
      new Moves(world, next, labels).all();
      for (int k = 0; k < next.size(); k++) {
        LedgerWorld after = next.get(k);
        boolean broken = after.lent() > after.limit;
        if (seen.add(after.canonical().key())) {
          steps.add(new Step(at, labels.get(k)));
          queue.add(after);
          if (broken) {
            List<String> trace = trace(steps, steps.size() - 1);
            trace.add(after.key());
            return new Result(seen.size(), "grants exceed the limit", trace, false);
          }
        }
      }
    }
    return new Result(seen.size(), null, List.of(), true);
  }

  private static List<String> trace(List<Step> steps, int last) {
    List<String> trace = new ArrayList<>();
    for (int at = last; at > 0; at = steps.get(at).parent()) {
      trace.add(steps.get(at).label());
    }
    Collections.reverse(trace);
    return trace;
  }

  // ---- everything that can happen next

  private final class Moves {
    private final LedgerWorld w;
    private final List<LedgerWorld> next;
    private final List<String> labels;

    Moves(LedgerWorld w, List<LedgerWorld> next, List<String> labels) {
      this.w = w;
      this.next = next;
      this.labels = labels;
    }

    void all() {
      for (int i = 0; i < w.n; i++) {
        asks(i);
        for (Message m : new LinkedHashSet<>(w.messages[i])) {
          moves(i, m);
        }
        proofs(i);
        returns(i);
      }
      network();
      if (w.faults > 0) {
        faults();
      }
    }

    private LedgerWorld to(String label, Consumer<LedgerWorld> change) {
      LedgerWorld after = w.copy();
      change.accept(after);
      next.add(after);
      labels.add(label);
      return after;
    }

    private void asks(int i) {
      if (w.life[i] != Life.UP || w.messages[i].size() >= slots) {
        return;
      }
      for (int want :
          new TreeSet<>(List.of(0, w.granted[i] - 1, w.granted[i], w.granted[i] + 1, w.limit))) {
        if (want >= 0 && want <= w.limit) {
          to(
              LedgerWorld.name(i) + " (granted " + w.granted[i] + ") asks for " + want,
              a -> a.ask(i, want));
        }
      }
    }

    private void moves(int i, Message m) {
      to("a message of " + LedgerWorld.name(i) + " is lost", a -> a.drop(i, m));
      if (!m.answer()) {
        for (int g : w.groups()) {
          runsAt(i, m, w.owner(g), g);
        }
      } else if (w.life[i] == Life.UP && m.incarnation() == w.incarnation[i]) {
        to(LedgerWorld.name(i) + " hears " + text(m), a -> a.hear(i, m));
      }
    }

    private String text(Message m) {
      return (m.otherTerm() ? "of another term" : "granted " + m.granted()) + " #" + m.sequence();
    }

    private void runsAt(int i, Message m, int o, int group) {
      boolean near = w.life[i] == Life.DEAD || (w.view[i] == group && w.net[i] == w.net[o]);
      if (o < 0 || w.life[o] != Life.UP || (!lateAnywhere && !near)) {
        return;
      }
      String label =
          "owner "
              + LedgerWorld.name(o)
              + " runs "
              + LedgerWorld.name(i)
              + " #"
              + m.sequence()
              + " want "
              + m.want();
      eachTerm(
          o,
          w.request(i, m),
          true,
          label,
          (a, answer) -> {
            a.drop(i, m);
            reply(a, i, answer);
          });
      if (w.dups > 0 && w.messages[i].size() <= slots) {
        eachTerm(
            o,
            w.request(i, m),
            true,
            label + ", and it will run again",
            (a, answer) -> {
              a.dups--;
              reply(a, i, answer);
            });
      }
      if (w.faults > 0 && kinds.contains(Fault.STALE)) {
        eachTerm(
            o,
            w.request(i, m),
            false,
            label + ", no backup has it",
            (a, answer) -> {
              a.faults--;
              a.drop(i, m);
              reply(a, i, answer);
            });
      }
    }

    private void reply(LedgerWorld a, int i, @Nullable LedgerAnswer answer) {
      if (answer != null) {
        a.add(
            i,
            new Message(
                true,
                answer.incarnation(),
                answer.term(),
                answer.sequence(),
                answer.granted(),
                0,
                answer.otherTerm()));
      }
    }

    /** Runs a step; where it opens a term, once for each place its random part may have. */
    private void eachTerm(
        int o,
        dev.holdfast.store.Step<LedgerRow, LedgerAnswer> step,
        boolean replicate,
        String label,
        java.util.function.BiConsumer<LedgerWorld, @Nullable LedgerAnswer> then) {
      LedgerWorld trial = w.copy();
      LedgerWorld.Ran ran = trial.run(o, step, 1, replicate);
      int gaps = ran.drew() ? w.gaps(trial.copies[o].term().number()) : 1;
      for (int k = 0; k < gaps; k++) {
        long random = 2L * k + 1;
        to(label, a -> then.accept(a, a.run(o, step, random, replicate).outcome().answer()));
      }
    }

    private void proofs(int i) {
      long dead = w.life[i] == Life.DEAD ? w.incarnation[i] : w.incarnation[i] - 1;
      for (int g : w.groups()) {
        int o = w.owner(g);
        if (o < 0 || w.life[o] != Life.UP || w.copies[o] == null) {
          continue;
        }
        boolean cannotHear = w.net[o] != w.net[i] || w.life[i] == Life.STOPPED;
        if (dead >= 1) {
          proof(i, o, dead, "");
        }
        if (wrongProof && w.life[i] != Life.DEAD && cannotHear) {
          proof(i, o, w.incarnation[i], ", WRONGLY");
        }
      }
    }

    private void proof(int i, int o, long incarnation, String wrong) {
      if (w.copies[o].gone().getOrDefault(LedgerWorld.name(i), 0L) >= incarnation) {
        return;
      }
      Map<NodeName, Long> gone = Map.of(LedgerWorld.name(i), incarnation);
      eachTerm(
          o,
          new LedgerNotice(LedgerWorld.SCOPE, w.voters(gone), Map.of(), false),
          true,
          "owner "
              + LedgerWorld.name(o)
              + " hears that "
              + LedgerWorld.name(i)
              + "#"
              + incarnation
              + " is gone"
              + wrong,
          (a, nothing) -> {});
    }

    private void returns(int i) {
      if (w.life[i] == Life.STOPPED) {
        to(LedgerWorld.name(i) + " goes on", a -> a.life[i] = Life.UP);
      }
      if (w.life[i] != Life.DEAD || w.incarnation[i] >= 2) {
        return;
      }
      List<Integer> peers = new ArrayList<>();
      for (int j = 0; j < w.n; j++) {
        if (w.life[j] == Life.UP && w.net[j] == w.net[i]) {
          peers.add(j);
        }
      }
      if (!peers.isEmpty() && (peers.size() + 1) * 2 > w.n) {
        int group = w.view[peers.get(0)];
        to(LedgerWorld.name(i) + " comes back", a -> comeBack(a, i, group));
      }
    }

    private void comeBack(LedgerWorld a, int i, int group) {
      a.copies[i] = a.copies[a.owner(group)];
      a.written[i] = null;
      a.life[i] = Life.UP;
      a.incarnation[i]++;
      a.promised[i] = Term.NONE;
      a.granted[i] = 0;
      a.sequence[i] = 0;
      a.asking[i] = false;
      a.view[i] = group;
    }

    private void network() {
      for (int g : w.groups()) {
        splits(g);
        for (int h : w.groups()) {
          merges(g, h);
        }
      }
      for (int x : w.net) {
        if (x != w.net[0]) {
          to("the network heals", a -> java.util.Arrays.fill(a.net, 0));
          break;
        }
      }
    }

    /** Failure detection: the member lists follow the network. */
    private void splits(int group) {
      Map<List<Integer>, List<Integer>> parts = new HashMap<>();
      List<List<Integer>> order = new ArrayList<>();
      for (int i = 0; i < w.n; i++) {
        if (w.view[i] == group) {
          List<Integer> part = List.of(w.net[i], w.life[i] == Life.STOPPED ? i : -1);
          if (!parts.containsKey(part)) {
            order.add(part);
          }
          parts.computeIfAbsent(part, p -> new ArrayList<>()).add(i);
        }
      }
      if (parts.size() > 1) {
        to(
            "members notice the cut",
            a -> {
              int fresh = 100;
              for (List<Integer> part : order.subList(1, order.size())) {
                for (int i : parts.get(part)) {
                  a.view[i] = fresh;
                }
                fresh++;
              }
            });
      }
    }

    private void merges(int g, int h) {
      int winner = w.owner(g);
      int other = w.owner(h);
      boolean meet = g != h && winner >= 0 && other >= 0 && w.net[winner] == w.net[other];
      if (meet && w.life[winner] == Life.UP && w.life[other] == Life.UP) {
        to(
            "sides merge, " + LedgerWorld.name(winner) + "'s copy survives",
            a -> {
              for (int i = 0; i < a.n; i++) {
                if (a.view[i] == g || a.view[i] == h) {
                  a.view[i] = g;
                  a.copies[i] = w.copies[winner];
                }
              }
            });
      }
    }

    private void faults() {
      for (int at = 0; at < w.n; at++) {
        int i = at;
        if (w.life[i] != Life.DEAD && kinds.contains(Fault.CRASH)) {
          fault(
              LedgerWorld.name(i) + " is killed",
              a -> {
                a.life[i] = Life.DEAD;
                a.granted[i] = 0;
                a.view[i] = -1;
              });
        }
        if (w.life[i] == Life.UP && kinds.contains(Fault.STOP)) {
          fault(LedgerWorld.name(i) + " is stopped", a -> a.life[i] = Life.STOPPED);
        }
        boolean joined = java.util.Arrays.stream(w.net).filter(x -> x == w.net[i]).count() > 1;
        if (joined && kinds.contains(Fault.CUT)) {
          fault(LedgerWorld.name(i) + " is cut off", a -> a.net[i] = 100);
        }
      }
      if (kinds.contains(Fault.LOSS)) {
        for (int g : w.groups()) {
          fault(
              "the side of " + LedgerWorld.name(Math.max(0, w.owner(g))) + " loses the row",
              a -> {
                for (int i = 0; i < a.n; i++) {
                  a.copies[i] = a.view[i] == g ? null : a.copies[i];
                }
              });
        }
      }
    }

    private void fault(String label, Consumer<LedgerWorld> change) {
      to(label, change).faults--;
    }
  }

  // ---- the end: heal, prove, report, return; then each node in turn gets everything

  private @Nullable String settle(LedgerWorld w) {
    String key = w.settleKey();
    if (!settled.containsKey(key)) {
      settled.put(key, settleNow(w));
    }
    return settled.get(key);
  }

  private static @Nullable String settleNow(LedgerWorld w) {
    List<Integer> alive = new ArrayList<>();
    Map<NodeName, Long> gone = new TreeMap<>();
    for (int i = 0; i < w.n; i++) {
      if (w.life[i] != Life.DEAD) {
        alive.add(i);
      }
      long dead = w.life[i] == Life.DEAD ? w.incarnation[i] : w.incarnation[i] - 1;
      if (dead >= 1) {
        gone.put(LedgerWorld.name(i), dead);
      }
    }
    if (alive.size() * 2 <= w.n) {
      return null; // without a majority an operator's word is needed
    }
    for (int side : w.groups()) {
      LedgerWorld a = w.copy();
      LedgerRow survives = w.copies[w.owner(side)];
      for (int i = 0; i < a.n; i++) {
        a.copies[i] = a.life[i] == Life.DEAD ? null : survives;
        a.messages[i] = List.of();
        a.net[i] = 0;
        a.view[i] = a.life[i] == Life.DEAD ? -1 : 0;
        a.life[i] = a.life[i] == Life.DEAD ? Life.DEAD : Life.UP;
      }
      String fault = usable(a, alive, gone);
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  private static @Nullable String usable(
      LedgerWorld a, List<Integer> alive, Map<NodeName, Long> gone) {
    int owner = alive.get(0);
    for (int round = 0; round < 4; round++) {
      alive.forEach(i -> request(a, owner, i, a.granted[i]));
      a.run(owner, new LedgerNotice(LedgerWorld.SCOPE, a.voters(gone), Map.of(), false), 7, true);
    }
    if (a.lent() > a.limit) {
      return "grants exceed the limit after healing";
    }
    alive.forEach(i -> request(a, owner, i, 0));
    for (int i : alive) {
      request(a, owner, i, a.limit);
      if (a.granted[i] != a.limit) {
        return "leak: " + LedgerWorld.name(i) + " gets " + a.granted[i] + " of " + a.limit;
      }
      request(a, owner, i, 0);
    }
    return null;
  }

  private static void request(LedgerWorld a, int owner, int i, int want) {
    for (int k = 0; k < 6; k++) {
      a.sequence[i] = Math.max(a.sequence[i], 500);
      a.ask(i, want);
      Message m = a.messages[i].get(0);
      LedgerAnswer answer = a.run(owner, a.request(i, m), 7, true).outcome().answer();
      a.drop(i, m);
      if (answer == null) {
        return;
      }
      Message back =
          new Message(
              true,
              answer.incarnation(),
              answer.term(),
              answer.sequence(),
              answer.granted(),
              0,
              answer.otherTerm());
      a.add(i, back);
      a.hear(i, back);
      if (!answer.otherTerm()) {
        return;
      }
    }
  }
}
