package dev.holdfast.gateway.path;

import dev.holdfast.gateway.session.NodePlace;
import dev.holdfast.gateway.session.SessionFilter;
import dev.holdfast.gateway.session.SessionLoop;
import dev.holdfast.gateway.session.SessionView;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The live sessions of a node: listed, counted, ended. Ids count up in each loop, and those of a
 * loop are below those of the next, so one id says where a reader stopped. Loops are read one after
 * the other and in parts, so that no loop keeps its clients waiting. Any thread.
 */
public final class LiveSessions {
  private final List<SessionLoop> loops;
  private final NodePlace node;

  LiveSessions(List<SessionLoop> loops, NodePlace node) {
    this.loops = loops;
    this.node = node;
  }

  /**
   * The sessions that pass, by id.
   *
   * @param after the id of the last one that is known; null, or one of another process: from the
   *     first
   * @param limit most that are listed
   */
  public Future<List<SessionView>> page(SessionFilter filter, @Nullable String after, int limit) {
    long last = after == null ? -1 : node.number(after);
    return page(filter, last, limit, 0, new ArrayList<>());
  }

  private Future<List<SessionView>> page(
      SessionFilter filter, long after, int limit, int loop, List<SessionView> found) {
    int left = limit - found.size();
    if (loop == loops.size() || left <= 0) {
      return Future.succeededFuture(found);
    }
    return loops
        .get(loop)
        .page(filter, after, left)
        .compose(
            more -> {
              found.addAll(more);
              return page(filter, after, limit, loop + 1, found);
            });
  }

  /** How many sessions pass. */
  public Future<Long> count(SessionFilter filter) {
    AtomicLong count = new AtomicLong();
    return each(filter, source -> count.incrementAndGet()).map(done -> count.get());
  }

  /** The sources with the most sessions that pass, at most so many. */
  public Future<List<SourceTally>> heaviest(SessionFilter filter, int limit) {
    HeaviestSources tallies = new HeaviestSources();
    return each(filter, tallies::first)
        .compose(
            done -> {
              tallies.weigh();
              return each(filter, tallies::second);
            })
        .map(done -> tallies.heaviest(limit));
  }

  private Future<Void> each(SessionFilter filter, Consumer<Source> action) {
    Future<Void> step = Future.succeededFuture();
    for (SessionLoop loop : loops) {
      step = step.compose(done -> loop.sources(filter, action));
    }
    return step;
  }

  /** Ends one session in order; completes with false if there is none of that id. */
  public Future<Boolean> end(String id, char letter) {
    long number = node.number(id);
    int loop = (int) (number >>> 48);
    return number < 0 || loop >= loops.size()
        ? Future.succeededFuture(false)
        : loops.get(loop).end(number, letter);
  }

  /**
   * Ends the sessions that pass and are here now, in order, evenly until a deadline.
   *
   * @return completes with how many were ended when none of them is left
   */
  public Future<Integer> end(SessionFilter filter, Duration within, char letter) {
    List<Future<Integer>> parts =
        loops.stream().map(loop -> loop.end(filter, within, letter)).toList();
    return Future.join(parts).map(all -> parts.stream().mapToInt(Future::result).sum());
  }
}
