package dev.holdfast.ledger;

import dev.holdfast.members.Contact;
import dev.holdfast.store.MemoryCloud;
import dev.holdfast.store.Rows;
import dev.holdfast.time.ManualLoop;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.OnPartition;
import dev.holdfast.words.Scope;
import dev.holdfast.words.Source;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/** Several ledgers over one store in memory, on manual clocks that go together. */
final class LedgerCluster {
  private static final Source SOURCE = Source.parse("127.0.0.9");
  static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration STEP = Duration.ofMillis(5);

  final MemoryCloud cloud = new MemoryCloud();
  final List<Node> nodes = new ArrayList<>();
  final Map<NodeName, Long> gone = new TreeMap<>();
  final Set<Node> forgotten = new HashSet<>();
  final OnPartition policy;
  final int expected;
  private final AtomicLong random = new AtomicLong();

  /** One node; its sessions are counted, not kept. */
  final class Node {
    final NodeId id;
    final ManualLoop loop = new ManualLoop();
    final Ledger ledger;
    boolean frozen;
    boolean dead;
    private Contact contact;
    private long majoritySinceNanos;

    Node(NodeId id) {
      this.id = id;
      ledger = new Ledger(id, loop, cloud.join(id, loop), cloud.owner(id), random::incrementAndGet);
      ledger.start();
    }

    List<Permits> permits(Scope... scopes) {
      return Arrays.stream(scopes).map(ledger::permits).toList();
    }

    int held(Scope scope) {
      return ledger.permits(scope).held();
    }

    int granted(Scope scope) {
      return ledger.permits(scope).granted();
    }

    /** What members would say of these nodes being in contact. */
    void hears(Set<Node> heard) {
      Set<NodeId> ids = new TreeSet<>();
      heard.forEach(node -> ids.add(node.id));
      Map<NodeName, Long> roster = new TreeMap<>();
      nodes.forEach(
          node -> {
            if (!forgotten.contains(node)) {
              roster.put(node.id.name(), node.id.incarnation());
            }
          });
      int names = Math.max(expected - forgotten.size(), roster.size());
      boolean majority = ids.size() * 2 > names;
      boolean same = contact != null && contact.majority() == majority;
      majoritySinceNanos = same ? majoritySinceNanos : loop.nanos();
      long sinceMs = (loop.nanos() - majoritySinceNanos) / 1_000_000;
      contact = new Contact(id, roster, ids, gone, true, majority, sinceMs);
      ledger.contact(contact);
    }
  }

  /** Clients of one node: those that were served, and those that wait. */
  static final class Clients {
    final Node node;
    final Deque<List<Permits>> sessions = new ArrayDeque<>();
    final List<Admission.Waiter> waiting = new ArrayList<>();

    Clients(Node node) {
      this.node = node;
    }

    void arrive(Scope... scopes) {
      List<Permits> permits = node.permits(scopes);
      if (node.ledger.take(permits) == null) {
        sessions.add(permits);
      } else {
        waiting.add(node.ledger.await(SOURCE, permits, node.loop, () -> sessions.add(permits)));
      }
    }

    void end() {
      node.ledger.release(sessions.remove());
    }

    void endAll() {
      while (!sessions.isEmpty()) {
        end();
      }
    }
  }

  List<Clients> clients() {
    return nodes.stream().map(Clients::new).toList();
  }

  LedgerCluster(OnPartition policy, int count, Map<Scope, Integer> limits) {
    this.policy = policy;
    this.expected = count;
    for (int i = 0; i < count; i++) {
      nodes.add(new Node(new NodeId(new NodeName("gw-" + (i + 1)), 1)));
    }
    configure(1, limits);
    meet(nodes);
  }

  void configure(long revision, Map<Scope, Integer> limits) {
    nodes.forEach(
        node -> node.ledger.configure(new ScopeLimits(revision, policy, LEASE, expected, limits)));
  }

  Node node(int index) {
    return nodes.get(index);
  }

  /** All of these hear each other and nobody else. */
  void meet(List<Node> side) {
    side.forEach(node -> node.hears(Set.copyOf(side)));
  }

  /** Lets time pass on all nodes together. */
  void pass(Duration duration) {
    for (long done = 0; done < duration.toNanos(); done += STEP.toNanos()) {
      nodes.forEach(
          node -> {
            if (node.dead) {
              return;
            }
            if (node.frozen) {
              node.loop.freeze(STEP);
            } else {
              node.loop.pass(STEP);
            }
          });
    }
  }

  /** The process ends; the others have proof after the settling time. */
  void kill(Node node) {
    node.dead = true;
    cloud.leave(node.id);
  }

  /** The proof, and the contact of those that are left. */
  void proven(Node... dead) {
    for (Node node : dead) {
      gone.put(node.id.name(), node.id.incarnation());
    }
    meet(alive());
  }

  List<Node> alive() {
    return nodes.stream().filter(node -> !node.dead).toList();
  }

  int held(Scope scope) {
    return alive().stream().mapToInt(node -> node.held(scope)).sum();
  }

  int granted(Scope scope) {
    return alive().stream().mapToInt(node -> node.granted(scope)).sum();
  }

  long operations() {
    return nodes.stream()
        .flatMap(node -> node.ledger.operations().values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }

  LedgerRow row(Scope scope) {
    return Rows.value(cloud.row(LedgerRow.TABLE.name(), scope.text()), LedgerRow.class);
  }
}
