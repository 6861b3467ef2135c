package dev.holdfast.ledger;

import dev.holdfast.words.Scope;
import dev.holdfast.words.Source;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Permits of one node alone: plain counters under one lock, first come first served. */
public final class CountingAdmission implements Admission {
  private final Map<Scope, Permits> permits = new HashMap<>();
  private volatile boolean admits = true;
  private final Map<Scope, Integer> limits = new HashMap<>();
  private final Map<Scope, Integer> held = new HashMap<>();
  private final Map<Scope, Integer> most = new HashMap<>();
  private final ArrayDeque<Line> line = new ArrayDeque<>();

  /** No limits. */
  public CountingAdmission() {}

  private final class Line implements Waiter {
    final List<Permits> scopes;
    final Executor loop;
    final Runnable granted;

    Line(List<Permits> scopes, Executor loop, Runnable granted) {
      this.scopes = scopes;
      this.loop = loop;
      this.granted = granted;
    }

    @Override
    public boolean leave() {
      synchronized (CountingAdmission.this) {
        return line.remove(this);
      }
    }
  }

  /** Sets or lifts a limit. */
  public synchronized void limit(Scope scope, @Nullable Integer limit) {
    if (limit == null) {
      limits.remove(scope);
    } else {
      limits.put(scope, limit);
    }
    serve();
  }

  /** Permits held now in a scope. */
  public synchronized int held(Scope scope) {
    return held.getOrDefault(scope, 0);
  }

  /** Permits held at most so far in a scope. */
  public synchronized int most(Scope scope) {
    return most.getOrDefault(scope, 0);
  }

  /** Permits held now in all scopes. */
  public synchronized int heldInAll() {
    return held.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Clients in the line. */
  public synchronized int waiting() {
    return line.size();
  }

  /** From now on nobody is admitted: this node is cut off. */
  public void cutOff() {
    admits = false;
  }

  @Override
  public boolean admits() {
    return admits;
  }

  @Override
  public synchronized Permits permits(Scope scope) {
    return permits.computeIfAbsent(scope, fresh -> new Permits(fresh, Permits.UNLIMITED, () -> {}));
  }

  @Override
  public synchronized @Nullable Scope take(List<Permits> scopes) {
    for (Permits each : scopes) {
      Scope scope = each.scope();
      Integer limit = limits.get(scope);
      if (limit != null && held.getOrDefault(scope, 0) >= limit) {
        return scope;
      }
    }
    for (Permits each : scopes) {
      most.merge(each.scope(), held.merge(each.scope(), 1, Integer::sum), Math::max);
    }
    return null;
  }

  @Override
  public synchronized void release(List<Permits> scopes) {
    for (Permits each : scopes) {
      int left = held.merge(each.scope(), -1, Integer::sum);
      if (left < 0) {
        throw new IllegalStateException(each.scope() + ": released twice (expected: once)");
      }
    }
    serve();
  }

  @Override
  public synchronized Waiter await(
      Source source, List<Permits> scopes, Executor loop, Runnable granted) {
    Line waiter = new Line(scopes, loop, granted);
    line.add(waiter);
    serve();
    return waiter;
  }

  private void serve() {
    for (Line waiter : new ArrayList<>(line)) {
      if (take(waiter.scopes) == null) {
        line.remove(waiter);
        waiter.loop.execute(waiter.granted);
      }
    }
  }
}
