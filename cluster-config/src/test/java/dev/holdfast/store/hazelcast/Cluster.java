package dev.holdfast.store.hazelcast;

import dev.holdfast.config.ClusterSettings;
import dev.holdfast.store.Notes;
import dev.holdfast.time.ThreadLoop;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Members of one cluster in this JVM, on free loopback ports, each with its loop and store. */
final class Cluster implements AutoCloseable {
  private static final Duration BOUND = Duration.ofSeconds(20);

  /** One member with what stands on it. */
  record Node(StoreMember member, ThreadLoop loop, HazelcastStore store) {}

  private final String name =
      "store-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
  private final List<HostPort> addresses;
  private final List<Node> nodes = new CopyOnWriteArrayList<>();

  Cluster(int size) {
    addresses = freePorts(size);
  }

  static Cluster of(int size) throws StartFault {
    Cluster cluster = new Cluster(size);
    for (int i = 0; i < size; i++) {
      cluster.start(i);
    }
    return cluster;
  }

  String name() {
    return name;
  }

  HostPort address(int index) {
    return addresses.get(index);
  }

  List<HostPort> addresses() {
    return addresses;
  }

  Node node(int index) {
    return nodes.get(index);
  }

  HazelcastStore store(int index) {
    return nodes.get(index).store();
  }

  int size() {
    return nodes.size();
  }

  static NodeId id(int index) {
    return new NodeId(new NodeName("gw-" + (9 - index)), 100 + index);
  }

  StoreSettings settings(int index) {
    return settings(index, name, addresses);
  }

  StoreSettings settings(int index, String cluster, List<HostPort> join) {
    return new StoreSettings(
        id(index),
        addresses.get(index),
        new ClusterSettings(cluster, join, null),
        Duration.ofSeconds(6),
        Duration.ofSeconds(2),
        Duration.ofSeconds(1));
  }

  Node start(int index) throws StartFault {
    StoreMember member = StoreMember.start(settings(index), steps());
    ThreadLoop loop = new ThreadLoop("loop-" + index);
    Node node =
        new Node(
            member,
            loop,
            new HazelcastStore(member, loop, List.of(Notes.NOTES, Notes.OTHERS, Notes.QUIET)));
    nodes.add(node);
    return node;
  }

  static StepTypes steps() {
    return StepTypes.of(Notes.steps());
  }

  /** The index of the node that owns a key. */
  int owner(String key) {
    var partition = nodes.get(0).member().hazelcast().getPartitionService().getPartition(key);
    until(() -> partition.getOwner() != null);
    for (int i = 0; i < nodes.size(); i++) {
      var local = nodes.get(i).member().hazelcast().getCluster().getLocalMember();
      if (local.equals(partition.getOwner())) {
        return i;
      }
    }
    throw new AssertionError("nobody owns " + key);
  }

  /** Waits until the rows have their backups. */
  void safe() {
    until(
        () ->
            nodes.stream()
                .allMatch(
                    n ->
                        !n.member().running()
                            || n.member().hazelcast().getPartitionService().isClusterSafe()));
  }

  static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(BOUND.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new AssertionError(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + BOUND.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("did not come about within " + BOUND);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(10);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  static List<HostPort> freePorts(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    List<HostPort> free = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
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
    for (Node node : nodes) {
      node.store().close();
      node.member().terminate();
      node.loop().close();
    }
  }
}
