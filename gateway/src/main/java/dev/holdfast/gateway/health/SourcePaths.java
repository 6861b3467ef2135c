package dev.holdfast.gateway.health;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which of this node's addresses reach one server. Checks go out from each in turn; an address that
 * failed where another one then succeeded is left out for a while, and what is tried from it then
 * says nothing of the server. Time is passed in; one thread.
 */
final class SourcePaths {
  /** How long an address is left out before it is tried again. */
  static final Duration LEFT_OUT = Duration.ofSeconds(30);

  /** So many addresses must have failed at most before a server is DOWN. */
  static final int MOST_NEEDED = 8;

  private static final class Path {
    final InetAddress source;
    boolean failing;
    boolean leftOut;
    long retryAtNanos;

    Path(InetAddress source) {
      this.source = source;
    }
  }

  private final List<Path> paths = new ArrayList<>();
  private int turn;

  SourcePaths(List<InetAddress> sources) {
    sources.forEach(source -> paths.add(new Path(source)));
  }

  /** The address of the next check to a target, null for the system's choice. */
  @Nullable InetAddress next(InetAddress target, long nowNanos) {
    boolean v4 = target instanceof Inet4Address;
    Path spare = null;
    for (int i = 0; i < paths.size(); i++) {
      turn = turn + 1 >= paths.size() ? 0 : turn + 1;
      Path path = paths.get(turn);
      if (path.source instanceof Inet4Address == v4) {
        if (!path.leftOut || nowNanos - path.retryAtNanos >= 0) {
          return path.source;
        }
        spare = spare == null ? path : spare;
      }
    }
    return spare == null ? null : spare.source;
  }

  /**
   * Takes a result; false if it says nothing of the server.
   *
   * @param from where it came from
   */
  boolean counts(@Nullable InetAddress from, boolean good, long nowNanos) {
    Path mine = path(from);
    if (mine == null) {
      return true;
    }
    if (good) {
      mine.leftOut = false;
      mine.failing = false;
      for (Path other : paths) {
        if (other.failing) {
          other.failing = false;
          leaveOut(other, nowNanos);
        }
      }
      return true;
    }
    if (mine.leftOut) {
      leaveOut(mine, nowNanos);
      return false;
    }
    mine.failing = true;
    return true;
  }

  private static void leaveOut(Path path, long nowNanos) {
    path.leftOut = true;
    path.retryAtNanos = nowNanos + LEFT_OUT.toNanos();
  }

  /** Bad results in a row that it takes: each address that is in use must have failed. */
  int needed(int fall, InetAddress target) {
    int used = (int) inUse(target).count();
    return Math.max(fall, Math.min(used, MOST_NEEDED));
  }

  /** True if an address that is in use has not failed since another one succeeded. */
  boolean hasOthers(InetAddress target) {
    return inUse(target).anyMatch(path -> !path.failing);
  }

  private Stream<Path> inUse(InetAddress target) {
    boolean v4 = target instanceof Inet4Address;
    return paths.stream()
        .filter(path -> !path.leftOut && path.source instanceof Inet4Address == v4);
  }

  /** Addresses that are left out now. */
  List<InetAddress> leftOut() {
    return paths.stream().filter(path -> path.leftOut).map(path -> path.source).toList();
  }

  private @Nullable Path path(@Nullable InetAddress source) {
    for (Path path : paths) {
      if (path.source.equals(source)) {
        return path;
      }
    }
    return null;
  }
}
