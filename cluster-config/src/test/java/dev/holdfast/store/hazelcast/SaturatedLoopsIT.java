package dev.holdfast.store.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.members.Contact;
import dev.holdfast.members.Host;
import dev.holdfast.members.Identity;
import dev.holdfast.members.Members;
import dev.holdfast.members.StateFolder;
import dev.holdfast.time.ThreadLoop;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.EventExecutor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Event loops that never rest, and full collections, change no membership: the watch and the store
 * have threads of their own. {@code -Dholdfast.saturated=60} makes it last a minute.
 */
@Tag("alone")
class SaturatedLoopsIT {
  private static final int NODES = 3;
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final long SLICE_NANOS = 2_000_000L;

  @TempDir private Path dir;

  @Test
  void nobodyIsLost() throws Exception {
    long seconds = Long.getLong("holdfast.saturated", 5);
    int processors = Runtime.getRuntime().availableProcessors();
    MultiThreadIoEventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(2 * processors, NioIoHandler.newFactory());
    try (ThreadLoop control = new ThreadLoop("control");
        Watched watched = new Watched(control);
        Cluster cluster = Cluster.of(NODES)) {
      watched.meetEachOther();
      List<String> changes = new CopyOnWriteArrayList<>();
      watched.onChange(change -> changes.add("watch: " + change));
      for (int i = 0; i < NODES; i++) {
        HazelcastStore store = cluster.store(i);
        store.onMembers(() -> changes.add("store: " + store.members()));
      }

      List<byte[]> live = new ArrayList<>();
      LongAdder slices = new LongAdder();
      boolean[] over = new boolean[1];
      for (EventExecutor loop : loops) {
        loop.execute(() -> burn(loop, slices, over));
      }
      long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
      long longest = 0;
      for (int second = 0; System.nanoTime() < end; second++) {
        TimeUnit.MILLISECONDS.sleep(500);
        if (second % 4 == 0) {
          for (int i = 0; i < 100; i++) {
            live.add(new byte[1 << 20]);
          }
          long before = System.nanoTime();
          System.gc();
          longest = Math.max(longest, System.nanoTime() - before);
          live = new ArrayList<>(live.subList(0, Math.min(live.size(), 200)));
        }
      }
      over[0] = true;
      System.out.printf(
          "saturated loops: %d s, %d loops on %d processors, %d slices of 2 ms, longest full"
              + " collection %d ms, changes %s%n",
          seconds, 2 * processors, processors, slices.sum(), longest / 1_000_000, changes);
      assertThat(slices.sum()).as("the loops were busy").isGreaterThan(seconds * 20);
      assertThat(changes).isEmpty();
      assertThat(cluster.store(0).members()).hasSize(NODES);
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  /** Works for a slice and comes again at once. */
  private static void burn(EventExecutor loop, LongAdder slices, boolean[] over) {
    long end = System.nanoTime() + SLICE_NANOS;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    slices.increment();
    if (!over[0]) {
      loop.execute(() -> burn(loop, slices, over));
    }
  }

  /** Three processes' worth of watches. */
  private final class Watched implements AutoCloseable {
    private final List<StateFolder> folders = new ArrayList<>();
    private final List<Members> all = new ArrayList<>();

    Watched(ThreadLoop control) throws Exception {
      for (int i = 0; i < NODES; i++) {
        StateFolder folder = StateFolder.open(dir.resolve("gw-" + i));
        folders.add(folder);
        Identity identity =
            Identity.take(
                folder, new NodeName("gw-" + i), Host.here(), control.wallMs(), UUID::randomUUID);
        all.add(
            Members.start(
                identity,
                folder,
                new Members.Settings(
                    "saturated",
                    new HostPort("127.0.0.1", 0),
                    () -> LEASE,
                    () -> NODES,
                    id -> 0,
                    control,
                    () -> Runtime.getRuntime().halt(3))));
      }
    }

    void meetEachOther() {
      for (Members one : all) {
        all.stream().filter(other -> other != one).forEach(other -> one.meet(other.watch()));
      }
      Cluster.until(
          () ->
              all.stream()
                  .map(Members::contact)
                  .allMatch(c -> c.majority() && c.sinceMs() > 1_000 && c.heard().size() == NODES));
    }

    void onChange(java.util.function.Consumer<String> change) {
      for (Members one : all) {
        Set<NodeId> everyone = one.contact().heard();
        Set<Contact> told = ConcurrentHashMap.newKeySet();
        one.onContact(
            contact -> {
              if ((!contact.heard().equals(everyone) || !contact.majority()) && told.add(contact)) {
                change.accept(String.valueOf(contact));
              }
            });
      }
    }

    @Override
    public void close() {
      all.forEach(Members::close);
      folders.forEach(StateFolder::close);
    }
  }
}
