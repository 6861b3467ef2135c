package dev.holdfast.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ledger.LedgerCluster.Node;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.OnPartition;
import dev.holdfast.words.Scope;
import dev.holdfast.words.Source;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The whole ledger of several nodes at random: clients come, wait, lose patience and go; answers
 * are late, lost and doubled; owners forget, rows are lost, nodes are killed, return, stop, are cut
 * off. The invariants are looked at after each 5 ms, and in the end nothing may have leaked.
 */
class LedgerWalkTest {
  private static final Source SOURCE = Source.parse("127.0.0.9");
  private static final Scope CHAT = Scope.of(new ListenerName("chat"));
  private static final Duration STEP = Duration.ofMillis(5);
  private static final int SECOND = 200; // steps
  private static final long LEASE_NANOS = LedgerCluster.LEASE.toNanos();

  private static void each(int walks, OnPartition policy) {
    long seed = Long.getLong("holdfast.seed", 1);
    long count = Long.getLong("holdfast.walks", walks);
    System.out.println("seeds from " + seed + ", walks " + count + " " + policy);
    for (; count > 0; count--, seed++) {
      Walk walk = new Walk(seed, policy);
      try {
        walk.run(30 * walk.eventSteps);
        walk.settle();
        System.out.println(walk.title + " held at most limit + " + walk.most);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(walk.title + "\n" + String.join("\n", walk.story), e);
      }
    }
  }

  @Test
  void strictNeverLendsMoreThanTheLimitAndLeaksNothing() {
    each(5, OnPartition.STRICT);
  }

  @Test
  void availableStaysWithinItsBoundAndComesBackBelowTheLimit() {
    each(3, OnPartition.AVAILABLE);
  }

  private static final class Walk {
    private final Random random;
    private final OnPartition policy;
    private final LedgerCluster cluster;
    private final SlowStore store;
    private final int limit;
    private final String title;
    private final List<String> story = new ArrayList<>();
    private final Map<Node, Deque<List<Permits>>> sessions = new HashMap<>();
    private final Map<Node, Deque<Admission.Waiter>> waiting = new HashMap<>();
    private final Set<Node> cut = new HashSet<>();
    private final Map<Node, Integer> apart = new HashMap<>(); // with what was granted before
    private int apartSince;
    private final Map<Node, Integer> provenAt = new HashMap<>();
    private final double[] busy;
    private final int eventSteps;
    private byte @Nullable [] older;
    private int now;
    private int awaySince = Integer.MIN_VALUE / 2;
    private int heldBefore;
    private int most = Integer.MIN_VALUE;

    Walk(long seed, OnPartition policy) {
      random = new Random(seed);
      this.policy = policy;
      eventSteps = (policy == OnPartition.STRICT ? 2 : 5) * SECOND;
      int count = 2 + random.nextInt(3);
      limit = 1 + random.nextInt(random.nextBoolean() ? 4 : 60);
      title = "seed " + seed + " " + policy + " nodes " + count + " limit " + limit;
      cluster = new LedgerCluster(policy, count, Map.of(CHAT, limit));
      busy = random.doubles(count, 0.2, 1.5).toArray();
      store = new SlowStore(cluster.cloud, random, 2, 40);
      cluster.nodes.forEach(this::open);
    }

    private void open(Node node) {
      sessions.put(node, new ArrayDeque<>());
      waiting.put(node, new ArrayDeque<>());
    }

    void run(int steps) {
      store.lost = 0.02;
      store.doubled = 0.05;
      store.stuck = 0.005;
      for (int end = now + steps; now < end; ) {
        clients();
        if (random.nextInt(SECOND) == 0) {
          older = cluster.cloud.row("ledger", CHAT.text());
        }
        if (random.nextInt(eventSteps) == 0) {
          event();
        }
        pass();
      }
    }

    // ---- clients

    private void clients() {
      for (int i = 0; i < cluster.nodes.size(); i++) {
        Node node = cluster.node(i);
        if (node.dead || node.frozen) {
          continue;
        }
        if (random.nextDouble() < busy[i] * limit / (2 * SECOND)) {
          arrive(node);
        }
        double each = sessions.get(node).size() / (3.0 * SECOND);
        if (random.nextDouble() < each) {
          node.ledger.release(sessions.get(node).remove());
        }
        if (random.nextInt(SECOND) == 0 && !waiting.get(node).isEmpty()) {
          waiting.get(node).remove().leave();
        }
      }
    }

    private void arrive(Node node) {
      List<Permits> permits = node.permits(CHAT);
      if (node.ledger.take(permits) == null) {
        sessions.get(node).add(permits);
      } else if (random.nextBoolean()) {
        Deque<List<Permits>> served = sessions.get(node);
        waiting
            .get(node)
            .add(node.ledger.await(SOURCE, permits, node.loop, () -> served.add(permits)));
      }
    }

    // ---- what goes wrong

    private void event() {
      Node node = cluster.node(random.nextInt(cluster.nodes.size()));
      switch (random.nextInt(policy == OnPartition.STRICT ? 9 : 13)) {
        case 0 -> {
          tell("the owner forgets", node);
          cluster.cloud.forgetOwner();
        }
        case 1 -> {
          tell("the rows are lost", node);
          cluster.cloud.lose(LedgerRow.TABLE);
        }
        case 2 -> {
          tell("an older copy survives", node);
          cluster.cloud.put("ledger", CHAT.text(), older);
          cluster.cloud.forgetOwner();
        }
        case 3 -> kill(node);
        case 4 -> stop(node);
        case 5, 8, 9 -> cutOff(node);
        case 6, 10 -> merge();
        default -> {
          tell("all is well", node);
          heal();
        }
      }
    }

    private void tell(String what, Node node) {
      story.add(now * 5 + " ms: " + what + " " + node.id);
    }

    private void kill(Node node) {
      if (node.dead || cluster.alive().size() * 2 <= cluster.expected + 1) {
        return;
      }
      tell("is killed", node);
      cluster.kill(node);
      cut.remove(node);
      if (apart.containsKey(node)) {
        merge();
      }
      store.cut(node.id, false);
      provenAt.put(node, now + SECOND / 2);
      meet();
    }

    private void stop(Node node) {
      if (!node.dead) {
        tell(node.frozen ? "goes on" : "is stopped", node);
        node.frozen = !node.frozen;
        if (node.frozen && random.nextBoolean()) {
          split(node, false); // what it sees when it goes on
        }
        meet();
      }
    }

    private void cutOff(Node node) {
      if (!node.dead) {
        tell("is cut off", node);
        cut.add(node);
        if (random.nextBoolean()) {
          split(node, true);
        } else {
          store.cut(node.id, true);
        }
        meet();
      }
    }

    /** The store of this node goes on without the others, also when they hear each other again. */
    private void split(Node node, boolean aware) {
      if (apart.isEmpty()) {
        tell("has a store of its own", node);
        cluster.cloud.split(Set.of(node.id), random.nextBoolean(), aware);
        apart.put(node, Permits.UNLIMITED);
        apartSince = now;
      }
    }

    private void merge() {
      apart.keySet().forEach(node -> tell("merges", node));
      apart.clear();
      cluster.cloud.merge();
    }

    /** Nobody is cut off or stopped any more; the dead return as new processes. */
    private void heal() {
      cut.forEach(node -> store.cut(node.id, false));
      cut.clear();
      for (int i = 0; i < cluster.nodes.size(); i++) {
        Node node = cluster.node(i);
        node.frozen = false;
        if (node.dead && !provenAt.containsKey(node)) {
          Node next = cluster.new Node(new NodeId(node.id.name(), node.id.incarnation() + 1));
          cluster.nodes.set(i, next);
          open(next);
          tell("is back", next);
          next.ledger.configure(
              new ScopeLimits(
                  1, policy, LedgerCluster.LEASE, cluster.expected, Map.of(CHAT, limit)));
        }
      }
      meet();
    }

    /** The contacts that members would publish: who was stopped is out of contact at once. */
    private void meet() {
      List<Node> near =
          cluster.alive().stream().filter(n -> !cut.contains(n) && !n.frozen).toList();
      cluster.meet(near);
      cut.stream().filter(node -> !node.frozen).forEach(node -> cluster.meet(List.of(node)));
    }

    // ---- time and invariants

    private void pass() {
      now++;
      provenAt
          .entrySet()
          .removeIf(
              e -> {
                if (e.getValue() <= now) {
                  cluster.gone.put(e.getKey().id.name(), e.getKey().id.incarnation());
                }
                return e.getValue() <= now && met();
              });
      store.pass(now * STEP.toNanos());
      cluster.pass(STEP);
      apart.replaceAll((node, before) -> raisesNothing(node, before));
      int held = cluster.held(CHAT);
      int granted = cluster.granted(CHAT);
      if (policy == OnPartition.STRICT) {
        assertThat(granted).as("granted at ms " + now * 5).isLessThanOrEqualTo(limit);
      } else {
        bound(held);
      }
      heldBefore = held;
      most = Math.max(most, held - limit);
    }

    /** Who was away, is heard again, and asks a store of its own gains nothing there. */
    private int raisesNothing(Node node, int before) {
      int granted = node.granted(CHAT);
      if (cut.contains(node) || node.frozen) {
        return Permits.UNLIMITED;
      }
      if (before == Permits.UNLIMITED && (now - apartSince) * STEP.toNanos() <= LEASE_NANOS) {
        apartSince = now; // not long enough for the others to count without it
        return Permits.UNLIMITED;
      }
      if (cut.isEmpty() && cluster.nodes.stream().noneMatch(n -> n.dead || n.frozen)) {
        assertThat(granted).as("granted apart at ms " + now * 5).isLessThanOrEqualTo(before);
      } // else it may be alone
      return granted;
    }

    private boolean met() {
      meet();
      return true;
    }

    /** Section 7 of the protocol: what may be held above the limit, and when not. */
    private void bound(int held) {
      LedgerRow row = cluster.cloud.row("ledger", CHAT.text()) == null ? null : cluster.row(CHAT);
      long lent = 0;
      long away = 0;
      for (Node node : cluster.alive()) {
        LedgerRow.Entry entry = row == null ? null : row.entries().get(node.id.name());
        boolean counted = entry != null && entry.incarnation() == node.id.incarnation();
        lent += counted ? entry.granted() : 0;
        away += Math.max(0, node.granted(CHAT) - (counted ? entry.granted() : 0));
        assertThat(node.granted(CHAT)).isLessThanOrEqualTo(limit);
      }
      boolean someoneAway =
          !cut.isEmpty() || !apart.isEmpty() || cluster.alive().stream().anyMatch(n -> n.frozen);
      String at = "at ms " + now * 5 + " lent " + lent + " away " + away;
      assertThat((long) held).as(at).isLessThanOrEqualTo(Math.max(lent, limit) + away);
      assertThat(held).as(at).isLessThanOrEqualTo(limit * cluster.nodes.size());
      if (someoneAway) {
        awaySince = now;
      }
      if (now - awaySince > 5 * SECOND) {
        assertThat(held)
            .as("admitted above the limit " + at)
            .isLessThanOrEqualTo(Math.max(limit, heldBefore));
      }
    }

    // ---- the end

    void settle() {
      store.lost = 0;
      store.doubled = 0;
      store.stuck = 0;
      pass(7 * SECOND);
      heal();
      pass(SECOND);
      merge();
      pass(SECOND);
      heal();
      pass(5 * SECOND);
      for (Node node : cluster.nodes) {
        waiting.get(node).forEach(Admission.Waiter::leave);
        sessions.get(node).forEach(node.ledger::release);
        sessions.get(node).clear();
      }
      pass(3 * SECOND);
      assertThat(cluster.held(CHAT)).isZero();
      for (Node node : cluster.nodes) {
        for (int i = 0; i < limit + 1; i++) {
          List<Permits> permits = node.permits(CHAT);
          if (node.ledger.take(permits) == null) {
            sessions.get(node).add(permits);
          } else {
            Deque<List<Permits>> served = sessions.get(node);
            waiting
                .get(node)
                .add(node.ledger.await(SOURCE, permits, node.loop, () -> served.add(permits)));
          }
        }
        pass(2 * SECOND);
        assertThat(node.held(CHAT))
            .as("all of it for " + node.id + cluster.row(CHAT))
            .isEqualTo(limit);
        waiting.get(node).forEach(Admission.Waiter::leave);
        sessions.get(node).forEach(node.ledger::release);
        sessions.get(node).clear();
        pass(SECOND / 2);
        assertThat(cluster.held(CHAT)).isZero();
      }
    }

    private void pass(int steps) {
      for (int i = 0; i < steps; i++) {
        pass();
      }
    }
  }
}
