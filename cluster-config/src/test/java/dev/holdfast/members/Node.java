package dev.holdfast.members;

import dev.holdfast.time.ThreadLoop;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** A node of a test with its own state folder; and the waiting for conditions. */
final class Node implements AutoCloseable {
  static final Duration LEASE = Duration.ofMillis(800);
  static final HostPort ANY = new HostPort("127.0.0.1", 0);

  final StateFolder folder;
  final Members members;
  final AtomicInteger expected;
  final AtomicLong sessions = new AtomicLong();
  volatile Duration lease = LEASE;

  private Node(
      ThreadLoop loop,
      Path dir,
      String name,
      String cluster,
      int expected,
      HostPort watch,
      Host host)
      throws StartFault {
    this.expected = new AtomicInteger(expected);
    folder = StateFolder.open(dir.resolve(name));
    Identity identity =
        Identity.take(folder, new NodeName(name), host, loop.wallMs(), UUID::randomUUID);
    members =
        Members.start(
            identity,
            folder,
            new Members.Settings(
                cluster,
                watch,
                () -> lease,
                this.expected::get,
                id -> sessions.get(),
                loop,
                () -> Runtime.getRuntime().halt(3)));
  }

  static Node start(ThreadLoop loop, Path dir, String name, int expected) throws StartFault {
    return start(loop, dir, name, "test", expected, ANY, Host.here());
  }

  static Node start(
      ThreadLoop loop,
      Path dir,
      String name,
      String cluster,
      int expected,
      HostPort watch,
      Host host)
      throws StartFault {
    return new Node(loop, dir, name, cluster, expected, watch, host);
  }

  Node meet(Node... others) {
    for (Node other : others) {
      members.meet(other.members.watch());
    }
    return this;
  }

  NodeId id() {
    return members.identity().id();
  }

  NodeName name() {
    return id().name();
  }

  Contact contact() {
    return members.contact();
  }

  boolean hears(NodeId id) {
    return contact().heard().contains(id);
  }

  boolean provedGone(NodeId id) {
    return contact().gone().getOrDefault(id.name(), 0L) >= id.incarnation();
  }

  /** The link to a process, or null. */
  LinkStatus link(NodeId id) {
    return get(members.links()).stream()
        .filter(link -> link.peer().equals(id))
        .findFirst()
        .orElse(null);
  }

  /** The value of a future, within some seconds. */
  static <T> T get(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Ends as a process does that is not killed and says nothing: by resets. */
  @Override
  public void close() {
    members.close();
    folder.close();
  }

  /** Waits until it is so, ten seconds at most. */
  static void await(String what, BooleanSupplier condition) {
    await(what, Duration.ofSeconds(10), condition);
  }

  /** Waits until it is so. */
  static void await(String what, Duration bound, BooleanSupplier condition) {
    long end = System.nanoTime() + bound.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + bound + ": " + what);
      }
      java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
    }
  }

  /** Holds as long as the time lasts. */
  static void holds(String what, Duration time, BooleanSupplier condition) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - end < 0) {
      if (!condition.getAsBoolean()) {
        throw new AssertionError("did not hold: " + what);
      }
      java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
    }
  }
}
