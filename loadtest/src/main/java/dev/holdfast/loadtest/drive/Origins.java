package dev.holdfast.loadtest.drive;

import dev.holdfast.loadtest.words.Sources;
import dev.holdfast.loadtest.words.Target;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Which source the sessions of a share come from: numbers for IPv4 first, then for IPv6; without a
 * list of its own a family has one number, for whatever the kernel chooses.
 */
final class Origins {
  private final Plan plan;
  private final @Nullable Sources v4;
  private final @Nullable Sources v6;

  Origins(Plan plan) {
    this.plan = plan;
    this.v4 = plan.sources().stream().filter(s -> !s.isIpv6()).findFirst().orElse(null);
    this.v6 = plan.sources().stream().filter(Sources::isIpv6).findFirst().orElse(null);
  }

  private static int count(@Nullable Sources sources) {
    return sources == null ? 1 : sources.count();
  }

  /** How many numbers there are. */
  int count() {
    return count(v4) + count(v6);
  }

  /** The source of the k-th session of a share, for a target. */
  int number(int share, int shares, long session, Target target) {
    int all = count(target.isIpv6() ? v6 : v4);
    int first = target.isIpv6() ? count(v4) : 0;
    if (all < shares) {
      return first + (int) ((session * shares + share) % all);
    }
    int mine = all / shares + (share < all % shares ? 1 : 0);
    return first + share + shares * (int) (session % mine);
  }

  /** The address of a number; null: the kernel's choice. */
  @Nullable InetAddress address(int number) {
    int first = count(v4);
    if (number < first) {
      return v4 == null ? null : v4.get(number);
    }
    return v6 == null ? null : v6.get(number - first);
  }

  /** How a person calls it. */
  String name(int number) {
    InetAddress address = address(number);
    return address == null ? "any" : address.getHostAddress();
  }

  /** Where the n-th session of a source goes. */
  Target target(int share, long session) {
    int many = plan.targets().size();
    return plan.targets().get((int) Math.floorMod(session + session / many + share, (long) many));
  }
}
