package dev.holdfast.epoch;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.holdfast.members.Contact;
import dev.holdfast.store.MemoryCloud;
import dev.holdfast.store.Rows;
import dev.holdfast.time.ManualLoop;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.OnPartition;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.LoggerFactory;

/** Nodes on one store in memory, each with a control loop and event loops of its own. */
final class Fleet {
  static {
    // thousands of changes: say nothing
    ((Logger) LoggerFactory.getLogger("dev.holdfast.epoch")).setLevel(Level.OFF);
  }

  static final PoolName POOL = new PoolName("chat");
  static final ServerName X = new ServerName("x");
  static final ServerName Y = new ServerName("y");
  static final ServerName Z = new ServerName("z");
  static final Duration TTL = Duration.ofSeconds(3);

  /** One node. */
  final class Node {
    final NodeId id;
    final ManualLoop loop = new ManualLoop();
    final List<ArrayDeque<Runnable>> lanes = new ArrayList<>();
    final Epochs epochs;
    boolean frozen;
    boolean leads;

    Node(NodeId id, EpochSettings settings, long seed) {
      this.id = id;
      for (int i = 0; i < LANES; i++) {
        lanes.add(new ArrayDeque<>());
      }
      leads = nodes.isEmpty();
      epochs =
          new Epochs(
              cloud.join(id, loop),
              loop,
              id,
              settings,
              lanes.stream().<java.util.concurrent.Executor>map(lane -> lane::add).toList(),
              new Random(seed),
              EpochShelf.NONE,
              () -> leads);
    }

    Lane lane(int index) {
      return (Lane) epochs.routes(POOL, index);
    }

    LoopRoutes.Answer answer(Source source) {
      return lane(0).answer(source);
    }

    ServerName server(Source source) {
      return answer(source) instanceof LoopRoutes.Answer.To to ? to.server() : null;
    }

    PoolState state() {
      return epochs.state(POOL);
    }

    void contact(boolean majority, Map<NodeName, Long> gone) {
      epochs.contact(new Contact(id, Map.of(), Set.of(), gone, true, majority, 60_000));
    }

    boolean runLane(int index) {
      Runnable task = lanes.get(index).poll();
      if (task != null) {
        task.run();
      }
      return task != null;
    }

    void run() {
      boolean some;
      do {
        some = loop.runOne();
        for (int i = 0; i < LANES; i++) {
          some |= runLane(i);
        }
      } while (some);
    }
  }

  static final int LANES = 2;

  final MemoryCloud cloud = new MemoryCloud();
  final Map<NodeName, Node> nodes = new LinkedHashMap<>();
  final EpochSettings settings;
  Wish wish = wish(100, 100, 0);
  private long incarnation = 1;
  private final long seed;

  Fleet(long seed, OnPartition policy, Duration debounce) {
    this.seed = seed;
    EpochSettings usual = EpochSettings.of(policy, Duration.ofSeconds(10));
    settings =
        new EpochSettings(
            policy,
            usual.lease(),
            usual.heartbeat(),
            usual.reconcile(),
            usual.holdBound(),
            debounce,
            Duration.ofSeconds(60),
            usual.maxPins(),
            usual.maxDiversions());
  }

  Fleet(long seed) {
    this(seed, OnPartition.STRICT, Duration.ZERO);
  }

  /** Weights of x, y, z; negative: DOWN. */
  static Wish wish(int x, int y, int z) {
    return new Wish(Map.of(X, target(x), Y, target(y), Z, target(z)), Map.of());
  }

  static Wish.Target target(int weight) {
    return new Wish.Target(Math.abs(weight), weight > 0, weight >= 0);
  }

  Node start(String name) {
    Node node = create(name);
    node.contact(true, Map.of());
    node.epochs.start();
    return node;
  }

  Node create(String name) {
    NodeId id = new NodeId(new NodeName(name), incarnation++);
    Node node = new Node(id, settings, seed + id.incarnation());
    nodes.put(id.name(), node);
    node.epochs.add(POOL, TTL);
    node.epochs.wish(POOL, wish);
    return node;
  }

  void wish(Wish next) {
    wish = next;
    nodes.values().forEach(node -> node.epochs.wish(POOL, next));
  }

  void crash(Node node) {
    cloud.leave(node.id);
    nodes.remove(node.id.name());
  }

  void run() {
    nodes.values().stream().filter(node -> !node.frozen).forEach(Node::run);
  }

  /** Time passes on all clocks, in steps of 10 ms; frozen nodes do nothing. */
  void pass(Duration duration) {
    for (long ms = 0; ms < duration.toMillis(); ms += 10) {
      step(Duration.ofMillis(10));
    }
    run();
  }

  void step(Duration little) {
    for (Node node : nodes.values()) {
      if (node.frozen) {
        node.loop.freeze(little);
      } else {
        node.loop.pass(little);
        node.run();
      }
    }
  }

  /**
   * Time passes in steps of 10 ms on a store in manual mode: everything happens in order, but for
   * what is kept back.
   */
  void flow(Duration duration, Predicate<MemoryCloud.Event> keptBack) {
    for (long ms = 0; ms <= duration.toMillis(); ms += 10) {
      step(Duration.ofMillis(10));
      while (flowOne(keptBack)) {
        run();
      }
    }
  }

  /** The oldest thing happens that is not kept back; false if there is none. */
  boolean flowOne(Predicate<MemoryCloud.Event> keptBack) {
    for (MemoryCloud.Event event : cloud.pending()) {
      if (!keptBack.test(event)) {
        event.run();
        return true;
      }
    }
    return false;
  }

  /** The record as the store has it, or null. */
  EpochRecord record() {
    byte[] bytes = cloud.row(EpochTables.RECORDS.name(), POOL.value());
    return bytes == null ? null : Rows.value(bytes, EpochRecord.class);
  }

  /** Lets things happen one by one until the record is in a phase. */
  void until(EpochRecord.Phase phase) {
    for (int i = 0; i < 100_000; i++) {
      if (record() != null && record().phase() == phase) {
        return;
      }
      if (!flowOne(event -> false)) {
        step(Duration.ofMillis(10));
      }
      run();
    }
    throw new AssertionError("record: " + record() + " (expected: " + phase + ")");
  }

  /** Time passes but nothing runs by itself except the control loops' timers. */
  void tick(Duration little) {
    for (Node node : nodes.values()) {
      if (node.frozen) {
        node.loop.freeze(little);
      } else {
        node.loop.pass(little);
      }
    }
  }

  /** A source whose slot is at a server in the epoch of a node, the n-th such. */
  static Source sourceAt(Node node, ServerName server, int n) {
    int found = 0;
    for (long address = 1; ; address++) {
      Source source = Source.v4(address, 32);
      if (server.equals(node.server(source)) && found++ == n) {
        return source;
      }
    }
  }
}
