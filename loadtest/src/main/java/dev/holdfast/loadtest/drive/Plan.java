package dev.holdfast.loadtest.drive;

import dev.holdfast.loadtest.words.BadInput;
import dev.holdfast.loadtest.words.Sources;
import dev.holdfast.loadtest.words.Target;
import java.util.List;

/**
 * What is to be done, by one process or by several together.
 *
 * @param scenario its name, for people
 * @param crowds what the clients do
 * @param targets where sessions go, in turn
 * @param sources where they come from, at most one of each family; without one the kernel chooses
 * @param rampMs so long sessions are opened until all are there
 * @param holdMs so long it goes on after that
 * @param greeting the server says its name first, up to a space or the end of a line
 * @param lanes threads of each process
 * @param share the number of this part
 * @param shares how many parts there are
 */
public record Plan(
    String scenario,
    List<CrowdPlan> crowds,
    List<Target> targets,
    List<Sources> sources,
    long rampMs,
    long holdMs,
    boolean greeting,
    int lanes,
    int share,
    int shares) {
  /** Most sessions of a plan; a bound against slips of the finger. */
  public static final int MOST_SESSIONS = 10_000_000;

  /** Checks what does not depend on the machine. */
  public Plan {
    crowds = List.copyOf(crowds);
    targets = List.copyOf(targets);
    sources = List.copyOf(sources);
    if (targets.isEmpty() || targets.size() > 4096) {
      throw BadInput.of("target", targets.size() + " given", "1 to 4096 of HOST:PORT");
    }
    if (sources.stream().filter(Sources::isIpv6).count() > 1
        || sources.stream().filter(s -> !s.isIpv6()).count() > 1) {
      throw BadInput.of("sources", sources, "one list of each family");
    }
    if (lanes < 1 || lanes > 64) {
      throw BadInput.of("threads", lanes, "1 to 64");
    }
    if (shares < 1 || share < 0 || share >= shares) {
      throw BadInput.of("share", share + " of " + shares, "0 to the number of shares");
    }
    for (CrowdPlan crowd : crowds) {
      if (crowd.sessions() < 0 || crowd.sessions() > MOST_SESSIONS) {
        throw BadInput.of("sessions", crowd.sessions(), "0 to " + MOST_SESSIONS);
      }
      if (crowd.size() < 0 || crowd.size() > 64 << 20) {
        throw BadInput.of("size", crowd.size(), "0 to 64m");
      }
      if (!(crowd.opensPerSecond() >= 0 && crowd.opensPerSecond() <= 1e6)
          || !(crowd.echoesPerSecond() >= 0 && crowd.echoesPerSecond() <= 1e6)) {
        throw BadInput.of(
            "rate", Math.max(crowd.opensPerSecond(), crowd.echoesPerSecond()), "0/s to 1000000/s");
      }
    }
  }

  /** Most sessions at once. */
  public int sessions() {
    return (int) Math.min(MOST_SESSIONS, crowds.stream().mapToLong(CrowdPlan::sessions).sum());
  }

  /** Sessions that are kept, and so have to be there after the ramp. */
  public int kept() {
    return (int)
        crowds.stream()
            .filter(crowd -> crowd.kind() != CrowdPlan.Kind.CHURN)
            .mapToLong(CrowdPlan::sessions)
            .sum();
  }

  /** The part of one of several processes, each of which may have several lanes. */
  public Plan part(int index, int of) {
    return new Plan(
        scenario,
        crowds.stream().map(crowd -> crowd.part(index, of)).toList(),
        targets,
        sources,
        rampMs,
        holdMs,
        greeting,
        lanes,
        share * of + index,
        shares * of);
  }
}
