package dev.holdfast.gateway.session;

import dev.holdfast.operations.Idle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Ends sessions of one loop in order: those of a pick, as a pace says, the most idle ones first.
 * Confined to the loop. What drives it decides how often to {@link #look} and {@link #step}.
 *
 * <p>A look asks the pick of every session; the steps between cost nothing for sessions whose turn
 * has not come. Idle times are told apart by {@link Idle#bucket}, and exactly where a bucket is
 * small.
 */
final class PacedEnd {
  /** Larger buckets are ended in the order of accept. */
  private static final int SORTED = 4096;

  private final Walk walk;
  private final Pace pace;
  private final char letter;
  private Pick pick;

  /** Those whose turn has not come; the most idle first. */
  private final ArrayDeque<Session> fresh = new ArrayDeque<>();

  /** Those of the pick that nobody told to end, as looked at last. */
  private Set<Session> there = set();

  /** Those that were told to end, by this or by somebody else, and have not ended. */
  private Set<Session> going = set();

  private Idle idle = Idle.NONE;
  private long lookedNanos;
  private long seen;
  private long closed;

  PacedEnd(Walk walk, Pick pick, Pace pace, char letter) {
    this.walk = walk;
    this.pick = pick;
    this.pace = pace;
    this.letter = letter;
  }

  private static Set<Session> set() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  private static boolean isOver(Session session) {
    return session.state() == SessionState.ENDED;
  }

  /** Another pick from the next look on; what was counted stays. */
  void pick(Pick next) {
    pick = next;
  }

  /** Looks at all sessions of the loop. */
  void look(long now) {
    lookedNanos = now;
    going.removeIf(PacedEnd::isOver);
    Set<Session> before = there;
    there = set();
    List<List<Session>> buckets = new ArrayList<>(Collections.nCopies(Idle.BUCKETS, null));
    int[] counts = new int[Idle.BUCKETS];
    walk.sessions()
        .forEach(
            session -> {
              if (!pick.about(session)) {
                return;
              }
              if (session.ordered != 0) {
                going.add(session);
                return;
              }
              there.add(session);
              seen += before.contains(session) ? 0 : 1;
              if (pick.may(session)) {
                int bucket = Idle.bucket((now - session.link.lastNanos()) / 1_000_000);
                counts[bucket]++;
                if (buckets.get(bucket) == null) {
                  buckets.set(bucket, new ArrayList<>());
                }
                buckets.get(bucket).add(session);
              }
            });
    idle = Idle.of(counts);
    fresh.clear();
    for (int bucket = Idle.BUCKETS - 1; bucket >= 0; bucket--) {
      List<Session> some = buckets.get(bucket);
      if (some != null) {
        if (some.size() <= SORTED) {
          some.sort(Comparator.comparingLong(session -> session.link.lastNanos() - now));
        }
        fresh.addAll(some);
      }
    }
  }

  /**
   * Ends those that are due.
   *
   * @param graceNanos time for their FINs
   */
  void step(long now, long graceNanos) {
    for (int due = pace.due(now, left()); due > 0 && !fresh.isEmpty(); due--) {
      order(next(), graceNanos);
    }
  }

  /** How many may still be ended, as far as is known without a look. */
  private int left() {
    while (!fresh.isEmpty() && !waits(fresh.peek())) {
      fresh.remove();
    }
    return fresh.size();
  }

  private static boolean waits(Session session) {
    return session.ordered == 0 && !isOver(session);
  }

  /** The most idle one; who has spoken since the look has to be asked again, once. */
  private Session next() {
    for (int i = fresh.size(); i > 1; i--) {
      Session session = fresh.remove();
      if (waits(session) && session.link.lastNanos() - lookedNanos <= 0) {
        return session;
      }
      if (waits(session)) {
        fresh.addLast(session);
      }
    }
    return fresh.remove();
  }

  private void order(Session session, long graceNanos) {
    if (!waits(session)) {
      return; // a timer was quicker
    }
    session.order(letter);
    closed++;
    there.remove(session);
    session.link.finish(graceNanos);
    if (!isOver(session)) {
      going.add(session);
    }
  }

  /** Ends all that are left, by resets, those too that were told to end in order. */
  void abort() {
    for (Session session : List.copyOf(there)) {
      if (waits(session)) {
        session.order(letter);
        closed++;
        session.link.abort();
      }
    }
    there.clear();
    fresh.clear();
    List.copyOf(going).forEach(session -> session.link.abort());
  }

  /** True if the last look, and what has happened since, left nobody. */
  boolean isDone() {
    there.removeIf(PacedEnd::isOver);
    going.removeIf(PacedEnd::isOver);
    return there.isEmpty() && going.isEmpty();
  }

  /** Told to end so far. */
  long closed() {
    return closed;
  }

  /** Ended otherwise so far, as of the last look. */
  long ended() {
    return seen - closed - there.size();
  }

  /** Not told to end yet, as of the last look. */
  int remaining() {
    return there.size();
  }

  /** Told to end and not ended. */
  int ending() {
    going.removeIf(PacedEnd::isOver);
    return going.size();
  }

  /** Those that may be ended, by idle time, as of the last look. */
  Idle idle() {
    return idle;
  }
}
