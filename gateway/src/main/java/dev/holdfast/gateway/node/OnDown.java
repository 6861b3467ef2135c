package dev.holdfast.gateway.node;

import dev.holdfast.config.PoolConfig;
import dev.holdfast.directory.ClusterView;
import dev.holdfast.operations.Choice;
import dev.holdfast.operations.Sessions;
import dev.holdfast.operations.Tally;
import dev.holdfast.words.Health;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes the sessions of servers that the cluster declared DOWN, where their pool says {@code
 * on-down: close}, at the pool's pace. Each node closes its own: of what the pace allows in a
 * second as large a part as it has of the server's sessions, so all are done at the same time.
 *
 * <p>Nothing is shared and nothing is kept, so there is nothing to run twice and nothing to leave
 * behind: a node that dies takes its sessions with it, one that slept makes up for nothing. Nothing
 * is closed without a majority, because a node that is cut off judges health alone; nor in a panic;
 * nor before the table has moved, or clients would come back to the same server. A server that is
 * UP again ends it. Confined to the control loop.
 */
final class OnDown {
  private static final char LETTER = 'D';
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** All at once. */
  private static final Duration AT_ONCE = Duration.ofMillis(20);

  /** A release may come a little early; see the pace of releases. */
  private static final long PERIOD_NANOS = Duration.ofMillis(900).toNanos();

  private static final Logger LOG = LoggerFactory.getLogger(OnDown.class);

  /**
   * A server whose sessions are to be closed.
   *
   * @param pace sessions a second over the cluster, null for all at once
   * @param sessions over the cluster, as last heard
   */
  record Down(PoolName pool, ServerName server, @Nullable Long pace, long sessions) {}

  /** What is under way for one server. */
  private static final class Closing {
    final Sessions.Following sessions;
    double credit;
    long releasedNanos;
    boolean counting;
    boolean any;
    long closed;

    Closing(Sessions.Following sessions, long releasedNanos) {
      this.sessions = sessions;
      this.releasedNanos = releasedNanos;
    }
  }

  private final Sessions sessions;
  private final Executor loop;
  private final Map<Scope, Closing> closing = new HashMap<>();

  /**
   * Closes nothing yet.
   *
   * @param loop the control loop
   */
  OnDown(Sessions sessions, Executor loop) {
    this.sessions = sessions;
    this.loop = loop;
  }

  /** Those whose sessions are to be closed, in the order of their scopes. */
  static List<Down> of(ClusterView view) {
    List<Down> all = new ArrayList<>();
    if (!view.majority()) {
      return all;
    }
    view.pools()
        .forEach(
            (name, pool) -> {
              PoolConfig config = view.intent().config().pool(name).orElse(null);
              if (config == null
                  || config.onDown() != PoolConfig.OnDown.CLOSE
                  || pool.verdict().panic()) {
                return;
              }
              pool.servers()
                  .forEach(
                      (server, known) -> {
                        if (known.standing().health() == Health.DOWN && known.slots() == 0) {
                          all.add(
                              new Down(
                                  name, server, config.onDownPace(), known.sessions().current()));
                        }
                      });
            });
    return all;
  }

  /** Closes what is due of these and of no others. At least once a second. */
  void close(List<Down> down, long nowNanos) {
    Map<Scope, Down> wanted = new TreeMap<>();
    down.forEach(one -> wanted.put(Scope.of(one.pool(), one.server()), one));
    closing
        .entrySet()
        .removeIf(
            one -> {
              boolean over = !wanted.containsKey(one.getKey());
              if (over) {
                one.getValue().sessions.hold();
                one.getValue().sessions.close();
                done(one.getKey(), one.getValue());
              }
              return over;
            });
    wanted.forEach((scope, one) -> step(scope, one, nowNanos));
  }

  private void step(Scope scope, Down down, long nowNanos) {
    Closing mine =
        closing.computeIfAbsent(
            scope,
            first ->
                new Closing(
                    sessions.follow(new Choice.At(down.pool(), down.server(), true), LETTER),
                    nowNanos - PERIOD_NANOS));
    if (mine.counting || nowNanos - mine.releasedNanos < PERIOD_NANOS) {
      return;
    }
    mine.counting = true;
    mine.releasedNanos = nowNanos;
    mine.sessions
        .count()
        .onComplete(
            counted ->
                loop.execute(
                    () -> {
                      mine.counting = false;
                      if (counted.succeeded() && closing.get(scope) == mine) {
                        release(scope, mine, down, counted.result());
                      }
                    }));
  }

  private void release(Scope scope, Closing mine, Down down, Tally tally) {
    mine.closed = tally.closed();
    long own = tally.remaining();
    if (own == 0) {
      return;
    }
    if (!mine.any) {
      mine.any = true;
      LOG.info(
          "The sessions of a server that is DOWN are closed server={} here={} in-all={} pace={}",
          scope,
          own,
          down.sessions(),
          down.pace() == null ? "none" : down.pace() + "/s");
    }
    if (down.pace() == null) {
      mine.sessions.release((int) own, AT_ONCE);
      return;
    }
    double part = (double) own / Math.max(own, down.sessions());
    mine.credit = Math.min(mine.credit, 1) + down.pace() * part;
    int count = (int) Math.min(own, mine.credit);
    mine.credit -= count;
    if (count > 0) {
      mine.sessions.release(count, SECOND);
    }
  }

  private static void done(Scope scope, Closing mine) {
    if (mine.any) {
      LOG.info("No more sessions of a server are closed server={} closed={}", scope, mine.closed);
    }
  }
}
