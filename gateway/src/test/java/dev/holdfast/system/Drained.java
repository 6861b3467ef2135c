package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * What drains are judged by. {@code -Dholdfast.drain.sessions=3000 -Dholdfast.drain.pace=200} makes
 * the long form, {@code -Dholdfast.drain.strict=true} asks for the pace within a tenth in each
 * second, which needs a machine of its own.
 */
final class Drained {
  static final int SESSIONS = Integer.getInteger("holdfast.drain.sessions", 400);
  static final int PACE = Integer.getInteger("holdfast.drain.pace", 100);
  private static final boolean STRICT = Boolean.getBoolean("holdfast.drain.strict");

  /** Who leads next begins a second of its own, and looks who is there. */
  private static final int LEADERLESS_SECONDS = 4;

  private Drained() {}

  /** Long enough for all to end at the pace, and to begin. */
  static Duration bound() {
    return Duration.ofSeconds(60 + 2L * SESSIONS / PACE);
  }

  static JsonNode operation(GatewayCluster.Node node, String id) throws Exception {
    return node.get("/v1/operations/" + id);
  }

  static void isConsistent(JsonNode operation) {
    assertThat(operation.get("total").asLong())
        .as(operation.toString())
        .isEqualTo(
            operation.get("closed").asLong()
                + operation.get("ended").asLong()
                + operation.get("remaining").asLong());
  }

  static long ended(List<Herd.Member> members) {
    return members.stream().filter(member -> member.endedNanos != 0).count();
  }

  /**
   * Waits until it is done; on the way each of the nodes says the same as the clients.
   *
   * @param nodes those that are asked; the sessions of others are gone at once, and said to be
   *     later
   * @param drained the clients of the sessions that the operation is about
   */
  static void awaitDone(List<GatewayCluster.Node> nodes, String id, List<Herd.Member> drained)
      throws Exception {
    List<Herd.Member> here = new ArrayList<>(drained);
    here.removeIf(one -> nodes.stream().noneMatch(node -> node.listener.equals(one.gateway)));
    Await.until(
        id + " is done",
        bound(),
        () -> {
          boolean done = true;
          for (GatewayCluster.Node node : nodes) {
            JsonNode now = operation(node, id);
            isConsistent(now);
            assertThat(now.get("closed").asLong() + now.get("ended").asLong())
                .as("progress on " + node.name)
                .isBetween(ended(here) - 3L * PACE, ended(drained) + PACE);
            done &= now.get("state").asText().equals("done");
          }
          return done;
        });
  }

  /** The idle ones were the first to be closed. */
  static void wentIdleFirst(List<Herd.Member> drained) {
    long idle = drained.stream().filter(member -> !member.chats).count();
    long first =
        drained.stream()
            .sorted(Comparator.comparingLong(member -> member.endedNanos))
            .limit(idle)
            .filter(member -> !member.chats)
            .count();
    System.out.println("idle " + idle + ", of them among the first " + first);
    assertThat(first).isGreaterThanOrEqualTo(idle * 97 / 100);
  }

  /** In each second as many were closed as were ordered. */
  static void keptThePace(List<Herd.Member> closed) {
    List<Integer> rates = perSecond(closed, first(closed));
    System.out.println("closed per second: " + rates);
    isEven(rates);
  }

  /** The same before a leader was killed, and when another one had taken over; never a storm. */
  static void keptThePace(List<Herd.Member> closed, long killedNanos) {
    List<Herd.Member> before = new ArrayList<>(closed);
    before.removeIf(member -> member.endedNanos - killedNanos >= 0);
    List<Herd.Member> after = new ArrayList<>(closed);
    after.removeAll(before);
    List<Integer> rates = perSecond(before, first(closed));
    List<Integer> later = perSecond(after, killedNanos);
    System.out.println("closed per second: " + rates + ", leader killed, " + later);
    isEven(rates);
    assertThat(later).allMatch(rate -> rate <= PACE * 13 / 10);
    isEven(later.subList(Math.min(LEADERLESS_SECONDS, later.size()), later.size()));
  }

  private static void isEven(List<Integer> rates) {
    if (rates.isEmpty()) {
      return;
    }
    // others use this machine, too: a second that stalls is no fault, a storm is
    assertThat(rates).allMatch(rate -> rate <= PACE * 13 / 10);
    double mean = rates.stream().mapToInt(Integer::intValue).average().orElseThrow();
    assertThat(mean).isBetween(PACE * 0.85, PACE * 1.1);
    if (STRICT) {
      assertThat(rates)
          .allSatisfy(rate -> assertThat(rate).isBetween(PACE * 9 / 10, PACE * 11 / 10));
    }
  }

  private static long first(List<Herd.Member> closed) {
    return closed.stream().mapToLong(member -> member.endedNanos).min().orElse(0);
  }

  /** Sessions closed in each second, as long as there were enough left for a whole one. */
  private static List<Integer> perSecond(List<Herd.Member> closed, long fromNanos) {
    TreeMap<Long, Integer> seconds = new TreeMap<>();
    closed.forEach(
        member -> seconds.merge((member.endedNanos - fromNanos) / 1_000_000_000L, 1, Integer::sum));
    List<Integer> counts = new ArrayList<>();
    int left = closed.size();
    for (long second = 0; left > PACE * 11 / 10; second++) {
      int count = seconds.getOrDefault(second, 0);
      counts.add(count);
      left -= count;
    }
    return counts;
  }
}
