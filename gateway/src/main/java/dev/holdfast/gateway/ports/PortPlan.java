package dev.holdfast.gateway.ports;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * The tuples towards one server, each source address with each port of the server. Confined to a
 * loop; the tuples are shared.
 */
public final class PortPlan {
  /** All tuples were tried. */
  public static final long ALL = -1;

  /** What {@link #take} says if there is no port to be had. */
  public static final int NONE = -1;

  /** Tuples that are compared for one session. */
  private static final int COMPARED = 16;

  /** Tuples that a session can remember. */
  private static final int REMEMBERED = Long.SIZE;

  private final InetAddress address;
  private final List<Integer> ports;
  private final PortTuple[] tuples;
  private final SourcePath[] paths;
  private int turn;

  PortPlan(InetAddress address, List<Integer> ports, PortTuple[] tuples, SourcePath[] paths) {
    this.address = address;
    this.ports = ports;
    this.tuples = tuples;
    this.paths = paths;
  }

  /** True if it is for this address and these ports. */
  public boolean isFor(InetAddress other, List<Integer> otherPorts) {
    return address.equals(other) && ports.equals(otherPorts);
  }

  /** Tuples there are. */
  public int size() {
    return tuples.length;
  }

  /** Ways there are. */
  public int sources() {
    return paths.length;
  }

  /** A tuple. */
  public PortTuple tuple(int index) {
    return tuples[index];
  }

  /**
   * Takes a port of the tuple that has most room, of those that were not tried and whose source is
   * not in doubt, else of any that was not tried.
   *
   * @param tried a bit for each tuple that was tried
   * @return index of the tuple, or {@link #NONE}
   */
  public int take(long tried, long nowNanos) {
    if (tuples.length == 1) {
      return tried == 0 && tuples[0].take(nowNanos) ? 0 : NONE;
    }
    for (int attempt = 0; attempt < tuples.length; attempt++) {
      int best = best(tried, nowNanos, false);
      if (best == NONE && paths.length > 1) {
        best = best(tried, nowNanos, true);
      }
      if (best == NONE || tuples[best].take(nowNanos)) {
        return best;
      }
    }
    return NONE; // others were quicker each time
  }

  private int best(long tried, long nowNanos, boolean doubtful) {
    int best = NONE;
    int least = Integer.MAX_VALUE;
    int compared = 0;
    int start = turn;
    for (int i = 0; i < tuples.length && compared < COMPARED; i++) {
      int at = start + i < tuples.length ? start + i : start + i - tuples.length;
      if (isTried(tried, at) || !doubtful && isDoubtful(tuples[at].path(), nowNanos)) {
        continue;
      }
      int load = tuples[at].load(nowNanos);
      if (load < Integer.MAX_VALUE) {
        compared++;
        if (load < least) {
          least = load;
          best = at;
        }
      }
    }
    if (best != NONE) {
      turn = best + 1 == tuples.length ? 0 : best + 1;
    }
    return best;
  }

  private boolean isDoubtful(SourcePath path, long nowNanos) {
    return paths.length > 1 && (path.isLeftOut(nowNanos) || path.isSuspect(nowNanos));
  }

  /** The bit of a tuple that was tried. */
  public static long bit(int index) {
    return index < REMEMBERED ? 1L << index : 0;
  }

  /** The bits of all tuples that lead to the same port of the server. */
  public long sameTarget(PortTuple tuple) {
    long bits = 0;
    for (int i = 0; i < Math.min(tuples.length, REMEMBERED); i++) {
      if (tuples[i].target().equals(tuple.target())) {
        bits |= bit(i);
      }
    }
    return bits;
  }

  /** The use of each tuple now. */
  public List<PortUse> uses(long nowNanos) {
    return Stream.of(tuples).map(tuple -> tuple.use(nowNanos)).toList();
  }

  private static boolean isTried(long tried, int index) {
    return index < REMEMBERED && (tried >>> index & 1) != 0;
  }

  /** A connection from a tuple stands: what failed from other addresses lately was theirs. */
  public void connected(PortTuple by, long nowNanos) {
    if (paths.length > 1) {
      by.path().worked();
      for (SourcePath path : paths) {
        if (path != by.path()) {
          path.compare(nowNanos);
        }
      }
    }
  }
}
