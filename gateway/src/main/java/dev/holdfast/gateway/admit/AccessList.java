package dev.holdfast.gateway.admit;

import dev.holdfast.config.Cidr;
import dev.holdfast.words.Source;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who may connect: the longest network that holds an address decides, and deny wins a tie. An
 * address that no network holds is denied. Immutable.
 *
 * <p>The networks are cut into ranges that do not overlap, sorted by where they begin, each with
 * its verdict: a decision is one binary search, whatever the number of networks and prefix lengths,
 * and allocates nothing. {@code AccessListBenchmark} measures it.
 */
public final class AccessList {
  private final Ranges v4;
  private final Ranges v6;

  /** A list of networks that may and that may not connect. */
  public AccessList(List<Cidr> allow, List<Cidr> deny) {
    Map<Cidr, Boolean> verdicts = new HashMap<>();
    allow.forEach(network -> verdicts.put(network, true));
    deny.forEach(network -> verdicts.put(network, false));
    v4 = Ranges.of(verdicts, true);
    v6 = Ranges.of(verdicts, false);
  }

  /** True if the address, not cut, may connect. */
  public boolean allows(Source address) {
    return (address.isV4() ? v4 : v6).allows(address.high(), address.low());
  }

  /**
   * Ranges of one family. The first begins at the lowest address, each ends where the next begins.
   *
   * @param high upper halves of the beginnings, sorted as unsigned numbers
   * @param low lower halves
   * @param allowed verdict of each range
   */
  private record Ranges(long[] high, long[] low, boolean[] allowed) {
    /** A network from its first address to its last. */
    private record Network(Source first, Source last, boolean allowed) {
      static Network of(Cidr cidr, boolean allowed) {
        Source first = cidr.base();
        int ones = cidr.prefix() + (first.isV4() ? 96 : 0);
        long high = ones >= 64 ? 0 : -1L >>> ones;
        long low = ones >= 128 ? 0 : ones <= 64 ? -1L : -1L >>> (ones - 64);
        return new Network(first, new Source(first.high() | high, first.low() | low), allowed);
      }
    }

    private static final Comparator<Source> UNSIGNED =
        (a, b) ->
            a.high() == b.high()
                ? Long.compareUnsigned(a.low(), b.low())
                : Long.compareUnsigned(a.high(), b.high());

    static Ranges of(Map<Cidr, Boolean> verdicts, boolean v4) {
      List<Network> networks = new ArrayList<>();
      verdicts.forEach(
          (cidr, allowed) -> {
            if (cidr.base().isV4() == v4) {
              networks.add(Network.of(cidr, allowed));
            }
          });
      // outer networks before the inner ones that begin at the same address
      networks.sort(
          Comparator.comparing(Network::first, UNSIGNED)
              .thenComparing(Network::last, UNSIGNED.reversed()));
      Drawing drawing = new Drawing(networks.size());
      Deque<Network> open = new ArrayDeque<>();
      drawing.from(new Source(0, 0), false);
      for (Network network : networks) {
        while (!open.isEmpty() && UNSIGNED.compare(open.peek().last(), network.first()) < 0) {
          drawing.after(open.pop(), open);
        }
        drawing.from(network.first(), network.allowed());
        open.push(network);
      }
      while (!open.isEmpty()) {
        drawing.after(open.pop(), open);
      }
      return drawing.done();
    }

    boolean allows(long addressHigh, long addressLow) {
      int from = 0;
      int to = high.length - 1;
      while (from < to) {
        int middle = (from + to + 1) >>> 1;
        int order = Long.compareUnsigned(high[middle], addressHigh);
        if (order == 0) {
          order = Long.compareUnsigned(low[middle], addressLow);
        }
        if (order <= 0) {
          from = middle;
        } else {
          to = middle - 1;
        }
      }
      return allowed[from];
    }

    /** Ranges under construction, in rising order; a later verdict at the same place wins. */
    private static final class Drawing {
      private final long[] high;
      private final long[] low;
      private final boolean[] allowed;
      private int size;

      Drawing(int networks) {
        high = new long[2 * networks + 1];
        low = new long[2 * networks + 1];
        allowed = new boolean[2 * networks + 1];
      }

      void from(Source first, boolean verdict) {
        if (size == 0 || high[size - 1] != first.high() || low[size - 1] != first.low()) {
          size++;
        }
        high[size - 1] = first.high();
        low[size - 1] = first.low();
        allowed[size - 1] = verdict;
      }

      /** Behind a network its outer one goes on, or nothing. */
      void after(Network ended, Deque<Network> outer) {
        Source last = ended.last();
        long nextLow = last.low() + 1;
        long nextHigh = nextLow == 0 ? last.high() + 1 : last.high();
        if (nextLow != 0 || nextHigh != 0) {
          from(new Source(nextHigh, nextLow), !outer.isEmpty() && outer.peek().allowed());
        }
      }

      Ranges done() {
        return new Ranges(
            Arrays.copyOf(high, size), Arrays.copyOf(low, size), Arrays.copyOf(allowed, size));
      }
    }
  }
}
