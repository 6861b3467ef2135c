package dev.holdfast.ledger;

import dev.holdfast.line.Line;
import dev.holdfast.words.Scope;
import dev.holdfast.words.Source;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients of this node that wait: sources take turns, and within a source the first that came
 * is served first. A waiting client holds nothing. It stands at the first of its scopes that has no
 * permit for it; the spare permits of the scopes before that are kept for it (R-order), those of
 * the scopes after it are not.
 *
 * <p>A client joins and leaves on any thread; the line itself belongs to the control loop.
 */
final class WaitingLine {
  private static final Logger LOG = LoggerFactory.getLogger(WaitingLine.class);

  private final Executor control;
  private final Runnable turn;
  private final Line<Client> clients = new Line<>();

  /**
   * An empty line.
   *
   * @param control runs tasks on the control loop
   * @param turn runs on the control loop after somebody came or left
   */
  WaitingLine(Executor control, Runnable turn) {
    this.control = control;
    this.turn = turn;
  }

  private enum State {
    WAITING,
    SERVED,
    LEFT
  }

  /** One client. Its state decides once between served and left; any thread. */
  private final class Client implements Admission.Waiter {
    private final Source source;
    private final List<Permits> scopes;
    private final Executor loop;
    private final Runnable granted;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private Permits standsAt;

    Client(Source source, List<Permits> scopes, Executor loop, Runnable granted) {
      this.source = source;
      this.scopes = List.copyOf(scopes);
      this.loop = loop;
      this.granted = granted;
      standsAt = firstLacking(this.scopes);
      standsAt.stand();
      standsAt.unrefuse();
    }

    @Override
    public boolean leave() {
      boolean left = state.compareAndSet(State.WAITING, State.LEFT);
      if (left) {
        control.execute(turn);
      }
      return left;
    }

    /** Moves to another scope; control loop. */
    void standAt(Permits scope) {
      if (scope != standsAt) {
        scope.stand();
        standsAt.unstand();
        standsAt = scope;
      }
    }

    /** The permits are taken: they go to the client, or back if it left meanwhile. */
    void serve() {
      if (!state.compareAndSet(State.WAITING, State.SERVED)) {
        scopes.forEach(Permits::release);
        return;
      }
      try {
        loop.execute(granted);
      } catch (RejectedExecutionException e) {
        scopes.forEach(Permits::release);
        LOG.warn("A waiting client's loop is closed, its permits go back scopes={}", scopes, e);
      }
    }
  }

  private static Permits firstLacking(List<Permits> scopes) {
    for (Permits permits : scopes) {
      if (permits.standing() > 0 || permits.spare() <= 0) {
        return permits;
      }
    }
    return scopes.get(scopes.size() - 1);
  }

  /** A client joins: behind those of its source. Any thread. */
  Admission.Waiter join(Source source, List<Permits> scopes, Executor loop, Runnable granted) {
    if (scopes.isEmpty()) {
      throw new IllegalArgumentException("scopes: none (expected: at least one to wait for)");
    }
    Client client = new Client(source, scopes, loop, granted);
    control.execute(
        () -> {
          clients.add(client.source, client);
          turn.run();
        });
    return client;
  }

  // ---- control loop

  /** What the clients of one scope need, added up during one walk along the line. */
  private static final class Tally {
    private int spare;
    private int kept;
    private int waiting;
    private boolean lacked;
  }

  boolean isEmpty() {
    return clients.isEmpty();
  }

  /**
   * Serves who can be served and adds up what the others need.
   *
   * @param open false while the node admits nobody: nobody is served
   * @param empty scopes that the ledger is known to have no permits of: earlier scopes are not
   *     asked for in vain
   */
  Map<Scope, Need> walk(boolean open, Predicate<Permits> empty) {
    for (; ; ) {
      Map<Permits, Tally> tallies = new IdentityHashMap<>();
      clients.walk(client -> turn(client, tallies, open, empty));
      if (!open || tallies.entrySet().stream().noneMatch(e -> freedMeanwhile(e))) {
        return needs(tallies);
      }
    }
  }

  /** A permit came back after the walk had found none: its release may not have seen who stands. */
  private static boolean freedMeanwhile(Map.Entry<Permits, Tally> entry) {
    return entry.getValue().lacked && entry.getKey().spare() > entry.getValue().kept;
  }

  private Line.Turn turn(
      Client client, Map<Permits, Tally> tallies, boolean open, Predicate<Permits> empty) {
    if (client.state.get() != State.WAITING) {
      client.standsAt.unstand();
      return Line.Turn.LEAVES;
    }
    @Nullable Permits lacking = lacking(client, tallies);
    if (lacking == null && open) {
      lacking = takeAll(client.scopes);
      if (lacking == null) {
        client.scopes.forEach(scope -> tally(scope, tallies).spare--);
        client.standsAt.unstand();
        client.serve();
        return Line.Turn.SERVED;
      }
      tally(lacking, tallies).spare = 0;
    }
    if (lacking != null) {
      client.standAt(lacking);
      keepEarlier(client.scopes, lacking, tallies);
      Tally tally = tally(lacking, tallies);
      tally.lacked = true;
      tally.waiting += inVain(client.scopes, lacking, tallies, empty) ? 0 : 1;
    }
    return Line.Turn.STAYS;
  }

  private static @Nullable Permits lacking(Client client, Map<Permits, Tally> tallies) {
    for (Permits scope : client.scopes) {
      if (tally(scope, tallies).spare <= 0) {
        return scope;
      }
    }
    return null;
  }

  /** R-order: what a client has of the earlier scopes is kept for it. */
  private static void keepEarlier(
      List<Permits> scopes, Permits lacking, Map<Permits, Tally> tallies) {
    for (Permits scope : scopes) {
      if (scope == lacking) {
        return;
      }
      Tally tally = tally(scope, tallies);
      tally.spare--;
      tally.kept++;
    }
  }

  /** A later scope is known to have nothing: the earlier one is not asked for. */
  private static boolean inVain(
      List<Permits> scopes,
      Permits lacking,
      Map<Permits, Tally> tallies,
      Predicate<Permits> empty) {
    return scopes.subList(scopes.indexOf(lacking) + 1, scopes.size()).stream()
        .anyMatch(later -> empty.test(later) && tally(later, tallies).spare <= 0);
  }

  private static Tally tally(Permits scope, Map<Permits, Tally> tallies) {
    return tallies.computeIfAbsent(
        scope,
        permits -> {
          Tally tally = new Tally();
          tally.spare = permits.spare();
          return tally;
        });
  }

  private static Map<Scope, Need> needs(Map<Permits, Tally> tallies) {
    Map<Scope, Need> needs = new TreeMap<>();
    tallies.forEach((p, t) -> needs.put(p.scope(), new Need(t.waiting, t.kept, false)));
    return needs;
  }

  /** Takes one permit of each, all or none; null if taken, else the first that had none. */
  static @Nullable Permits takeAll(List<Permits> scopes) {
    for (int i = 0; i < scopes.size(); i++) {
      if (!scopes.get(i).take()) {
        for (int k = i - 1; k >= 0; k--) {
          scopes.get(k).release();
        }
        return scopes.get(i);
      }
    }
    return null;
  }
}
