package dev.holdfast.epoch;

import dev.holdfast.config.ClusterSettings;
import dev.holdfast.members.Contact;
import dev.holdfast.store.Step;
import dev.holdfast.store.Store;
import dev.holdfast.store.StoreFault;
import dev.holdfast.store.Table;
import dev.holdfast.store.hazelcast.HazelcastStore;
import dev.holdfast.store.hazelcast.KeyOwner;
import dev.holdfast.store.hazelcast.StartFault;
import dev.holdfast.store.hazelcast.StepTypes;
import dev.holdfast.store.hazelcast.StoreMember;
import dev.holdfast.store.hazelcast.StoreSettings;
import dev.holdfast.time.ThreadLoop;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.OnPartition;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Nodes of one cluster in this JVM, each with a Hazelcast member and two event loops. */
final class EpochCluster implements AutoCloseable {
  static final Duration LEASE = Duration.ofSeconds(3);
  static final Duration BOUND = Duration.ofSeconds(30);
  static final Duration TTL = Duration.ofMillis(300);
  static final int LANES = 2;
  private static final List<String> NAMES = List.of("a", "b", "c");

  /** One node. */
  final class Node {
    final NodeId id;
    final StoreMember member;
    final ThreadLoop loop;
    final HazelcastStore store;
    final List<ExecutorService> lanes = new ArrayList<>();
    final Epochs epochs;
    volatile boolean dead;

    /** Sees each step and write when it has been sent. */
    volatile Consumer<Object> sent = row -> {};

    /** Completes before acknowledgements of this node are sent. */
    volatile Future<Void> beforeAck = Future.succeededFuture();

    private volatile @Nullable CountDownLatch frozen;

    Node(NodeId id, HostPort address) throws StartFault {
      this.id = id;
      member =
          StoreMember.start(
              new StoreSettings(
                  id,
                  address,
                  new ClusterSettings(name, addresses, null),
                  Duration.ofSeconds(6),
                  Duration.ofSeconds(2),
                  Duration.ofSeconds(1)),
              StepTypes.of(EpochTables.STEPS));
      loop = new ThreadLoop("loop-" + id);
      store = new HazelcastStore(member, loop, EpochTables.TABLES);
      for (int i = 0; i < LANES; i++) {
        lanes.add(Executors.newSingleThreadExecutor(EpochCluster::daemon));
      }
      epochs =
          new Epochs(
              new Watched(this),
              loop,
              id,
              settings,
              List.copyOf(lanes),
              new Random(),
              EpochShelf.NONE);
      epochs.add(Fleet.POOL, TTL);
    }

    /** Runs something on a lane, as a listener would, and waits for it. */
    <T> T on(int lane, Function<LoopRoutes, T> task) {
      LoopRoutes routes = epochs.routes(Fleet.POOL, lane);
      return CompletableFuture.supplyAsync(() -> task.apply(routes), lanes.get(lane)).join();
    }

    LoopRoutes.Answer answer(Source source) {
      return on(0, routes -> routes.answer(source));
    }

    PoolState state() {
      return epochs.state(Fleet.POOL);
    }

    /** The control loop does nothing from now on; the event loops and the store's member go on. */
    void freeze() {
      CountDownLatch latch = new CountDownLatch(1);
      frozen = latch;
      loop.execute(
          () -> {
            try {
              latch.await(2 * BOUND.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }

    void thaw() {
      CountDownLatch latch = frozen;
      frozen = null;
      if (latch != null) {
        latch.countDown();
      }
    }

    boolean isFrozen() {
      return frozen != null;
    }

    void end() {
      dead = true;
      member.terminate();
      thaw();
      epochs.close();
      store.close();
      loop.close();
      lanes.forEach(ExecutorService::shutdown);
    }
  }

  private final String name = "epochs-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
  private final List<HostPort> addresses = freePorts();
  private final EpochSettings settings;
  private final Map<String, Node> nodes = new ConcurrentHashMap<>();
  private final Map<NodeName, Long> gone = new ConcurrentHashMap<>();
  private Wish wish = Fleet.wish(100, 100, 0);
  private long incarnation = 1;

  EpochCluster(Duration holdBound) {
    settings =
        new EpochSettings(
            OnPartition.STRICT,
            LEASE,
            Duration.ofMillis(250),
            Duration.ofMillis(500),
            holdBound,
            Duration.ofMillis(20),
            Duration.ofSeconds(2),
            10_000,
            1_000);
  }

  /** Starts a node; it is in contact with the others from the beginning. */
  Node start(String node) throws StartFault {
    NodeId id = new NodeId(new NodeName(node), incarnation++);
    Node made = new Node(id, addresses.get(NAMES.indexOf(node)));
    nodes.put(node, made);
    contact();
    made.epochs.wish(Fleet.POOL, wish);
    made.epochs.start();
    made.epochs.state(NodeState.READY);
    return made;
  }

  /** The process ends without a word, and the others have the proof. */
  void kill(Node node) {
    nodes.values().remove(node);
    node.end();
    gone.put(node.id.name(), node.id.incarnation());
    contact();
  }

  private void contact() {
    Map<NodeName, Long> roster = new HashMap<>();
    NAMES.forEach(each -> roster.put(new NodeName(each), 1L));
    for (Node node : nodes.values()) {
      node.epochs.contact(new Contact(node.id, roster, Set.of(), gone, true, true, 60_000));
    }
  }

  void wish(Wish next) {
    wish = next;
    nodes.values().forEach(node -> node.epochs.wish(Fleet.POOL, next));
  }

  List<Node> nodes() {
    return List.copyOf(nodes.values());
  }

  Node node(String of) {
    return nodes.get(of);
  }

  /** All three nodes are there and route by the same epoch, which is what they wish. */
  void settle(Wish next) throws StartFault {
    for (String each : NAMES) {
      if (!nodes.containsKey(each)) {
        start(each);
      }
    }
    wish(next);
    settled();
  }

  /** All have heard what they are to wish, and route by it. */
  void settled() {
    nodes().forEach(node -> CompletableFuture.runAsync(() -> {}, node.loop::execute).join());
    until(() -> nodes().stream().allMatch(node -> calm(node.state())));
    until(() -> nodes().stream().map(node -> node.state().epoch()).distinct().count() == 1);
  }

  private static boolean calm(PoolState state) {
    return state.open() && state.settled() && state.heldSlots() == 0;
  }

  /** The nodes that lead and that own the record. */
  Node leader() {
    NodeId oldest = nodes().get(0).store.members().get(0);
    return nodes().stream().filter(node -> node.id.equals(oldest)).findFirst().orElseThrow();
  }

  @Nullable Node owner() {
    return nodes().stream()
        .filter(node -> KeyOwner.owns(node.member, Fleet.POOL.value()))
        .findFirst()
        .orElse(null);
  }

  void safe() {
    until(() -> nodes().stream().allMatch(node -> KeyOwner.safe(node.member)));
  }

  /** The record as its owner has it, read through a node whose loop runs; again if one dies. */
  EpochRecord record() {
    while (true) {
      Node reader = nodes().stream().filter(node -> !node.isFrozen()).findFirst().orElseThrow();
      try {
        return reader
            .store
            .read(EpochTables.RECORDS, Fleet.POOL.value())
            .toCompletionStage()
            .toCompletableFuture()
            .join();
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof StoreFault fault) || !fault.unknown()) {
          throw e;
        }
      }
    }
  }

  /** The n-th source that a node routes to a server. */
  static Source sourceAt(Node node, dev.holdfast.words.ServerName server, int n) {
    int found = 0;
    for (long address = 1; ; address++) {
      Source source = Source.v4(address, 32);
      if (node.answer(source) instanceof LoopRoutes.Answer.To to
          && to.server().equals(server)
          && found++ == n) {
        return source;
      }
    }
  }

  static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + BOUND.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("did not come about within " + BOUND);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(5); // between two looks
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  private static List<HostPort> freePorts() {
    List<ServerSocket> sockets = new ArrayList<>();
    List<HostPort> free = new ArrayList<>();
    try {
      for (int i = 0; i < NAMES.size(); i++) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        sockets.add(socket);
        free.add(new HostPort("127.0.0.1", socket.getLocalPort()));
      }
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return free;
  }

  @Override
  public void close() {
    nodes().forEach(Node::end);
  }

  /** The store of a node, whose calls the test sees. */
  private record Watched(Node node) implements Store {
    private <T> T sent(Object row, T answer) {
      node.sent.accept(row);
      return answer;
    }

    @Override
    public <V> Future<@Nullable V> read(Table<V> table, String key) {
      return node.store.read(table, key);
    }

    @Override
    public <V> Future<Map<String, V>> readAll(Table<V> table) {
      return node.store.readAll(table);
    }

    @Override
    public Future<Set<String>> keys(Table<?> table) {
      return node.store.keys(table);
    }

    @Override
    public <V> Future<Void> write(Table<V> table, String key, V row) {
      return row instanceof Claim.Ack && !node.beforeAck.isComplete()
          ? node.beforeAck.compose(go -> node.store.write(table, key, row))
          : sent(row, node.store.write(table, key, row));
    }

    @Override
    public Future<Void> remove(Table<?> table, String key) {
      return node.store.remove(table, key);
    }

    @Override
    public <V, R> Future<@Nullable R> step(Table<V> table, String key, Step<V, R> step) {
      return sent(step, node.store.step(table, key, step));
    }

    @Override
    public Subscription listen(Table<?> table, BiConsumer<String, byte[]> told) {
      return node.store.listen(table, told);
    }

    @Override
    public List<NodeId> members() {
      return node.store.members();
    }

    @Override
    public Subscription onMembers(Runnable changed) {
      return node.store.onMembers(changed);
    }
  }
}
