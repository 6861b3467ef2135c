package dev.holdfast.ledger;

import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.Scope;
import dev.holdfast.words.Source;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The side of the ledger that event loops touch: the counters of the scopes, who waits, and until
 * when sessions may be admitted. It knows no other node; the control loop tells it the time limit
 * and serves those that wait.
 */
final class LocalAdmission implements Admission {
  private final ControlLoop loop;
  private final Runnable turn;
  private final WaitingLine line;
  private final Map<Scope, Permits> permits = new ConcurrentHashMap<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile long deadlineNanos;
  private volatile boolean strict;

  /**
   * Admits nobody who needs a permit until {@link #until} was called.
   *
   * @param turn runs on the control loop when permits came back, are short, or somebody waits; it
   *     is to call {@link #serve}
   */
  LocalAdmission(ControlLoop loop, Runnable turn) {
    this.loop = loop;
    this.turn = turn;
    line = new WaitingLine(loop, turn);
    deadlineNanos = loop.nanos() - 1;
  }

  // ---- any event loop

  @Override
  public Permits permits(Scope scope) {
    return permits.computeIfAbsent(scope, key -> new Permits(scope, Permits.UNLIMITED, this::wake));
  }

  private void wake() {
    if (woken.compareAndSet(false, true)) {
      loop.execute(turn);
    }
  }

  @Override
  public boolean admits() {
    return !strict || inTime();
  }

  private boolean inTime() {
    return deadlineNanos - loop.nanos() > 0;
  }

  @Override
  public @Nullable Scope take(List<Permits> scopes) {
    if (!inTime()) {
      for (Permits scope : scopes) {
        if (strict || !scope.unlimited()) {
          return scope.scope();
        }
      }
    }
    for (Permits scope : scopes) {
      if (scope.standing() > 0) {
        scope.refuse();
        return scope.scope();
      }
    }
    Permits lacking = WaitingLine.takeAll(scopes);
    if (lacking == null) {
      return null;
    }
    lacking.refuse();
    return lacking.scope();
  }

  @Override
  public void release(List<Permits> scopes) {
    scopes.forEach(Permits::release);
  }

  @Override
  public Waiter await(Source source, List<Permits> scopes, Executor eventLoop, Runnable granted) {
    return line.join(source, scopes, eventLoop, granted);
  }

  /** Every scope that was asked for. */
  void forEach(BiConsumer<Scope, Permits> each) {
    permits.forEach(each);
  }

  // ---- control loop

  /** The limit is sacred: past the time limit nobody is admitted, not even without limits. */
  void strict(boolean isStrict) {
    strict = isStrict;
  }

  /** Sessions may be admitted until then, by the clock of the loop. */
  void until(long nanos) {
    deadlineNanos = nanos;
  }

  /** Sessions may be admitted until then at the latest. */
  void noLaterThan(long nanos) {
    deadlineNanos = Math.min(deadlineNanos, nanos);
  }

  /**
   * Serves the clients that wait as far as there are permits; nobody while the node may be cut off,
   * nor before it has noticed.
   *
   * @param empty scopes that the ledger is known to have no permits of
   * @return what the others need
   */
  Map<Scope, Need> serve(Predicate<Permits> empty) {
    woken.set(false);
    return line.walk(inTime(), empty);
  }
}
