package dev.holdfast.gateway.admit;

import dev.holdfast.config.Cidr;
import dev.holdfast.words.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A program, not a test: what a decision costs by the number of networks, half of them denied, of
 * all lengths from 8 to 32 bits (IPv6: 16 to 64), addresses at random.
 */
public final class AccessListBenchmark {
  private static final int DECISIONS = 20_000_000;

  private AccessListBenchmark() {}

  /** Measures and prints. */
  public static void main(String[] args) {
    SplittableRandom random = new SplittableRandom(1);
    for (boolean v4 : new boolean[] {true, false}) {
      for (int networks : new int[] {2, 100, 1_000, 10_000, 20_000}) {
        long begin = System.nanoTime();
        AccessList list = list(networks, v4, random);
        long built = System.nanoTime() - begin;
        Source[] addresses = new Source[1 << 12];
        for (int i = 0; i < addresses.length; i++) {
          addresses[i] = address(v4, random);
        }
        double nanos = 0;
        for (int round = 0; round < 3; round++) { // the last one counts
          nanos = decide(list, addresses);
        }
        System.out.printf(
            "%s %6d networks: %5.1f ns a decision, made in %.1f ms%n",
            v4 ? "IPv4" : "IPv6", networks, nanos, built / 1e6);
      }
    }
  }

  private static double decide(AccessList list, Source[] addresses) {
    int allowed = 0;
    long began = System.nanoTime();
    for (int i = 0; i < DECISIONS; i++) {
      allowed += list.allows(addresses[i & addresses.length - 1]) ? 1 : 0;
    }
    double nanos = (double) (System.nanoTime() - began) / DECISIONS;
    if (allowed < 0) {
      throw new AssertionError(allowed); // or nothing needs to be decided
    }
    return nanos;
  }

  private static AccessList list(int networks, boolean v4, SplittableRandom random) {
    List<Cidr> allow = new ArrayList<>(List.of(Cidr.parse(v4 ? "0.0.0.0/0" : "::/0")));
    List<Cidr> deny = new ArrayList<>();
    while (allow.size() + deny.size() < networks) {
      int prefix = v4 ? 8 + random.nextInt(25) : 16 + random.nextInt(49);
      Cidr network = new Cidr(address(v4, random).cut(prefix, prefix), prefix);
      (random.nextBoolean() ? allow : deny).add(network);
    }
    return new AccessList(allow, deny);
  }

  private static Source address(boolean v4, SplittableRandom random) {
    return v4
        ? Source.v4(random.nextLong() & 0xffff_ffffL, 32)
        : new Source(random.nextLong(), random.nextLong());
  }
}
