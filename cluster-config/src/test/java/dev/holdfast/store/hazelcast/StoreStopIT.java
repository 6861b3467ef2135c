package dev.holdfast.store.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.words.NodeId;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The oldest member is stopped, not killed: its kernel goes on accepting, and nobody answers. */
class StoreStopIT {
  private static final Set<NodeId> LEFT = Set.of(Cluster.id(1), Cluster.id(2));

  @Test
  void theOthersStayTogetherAndTurnInNoCircles() throws Exception {
    try (Cluster cluster = new Cluster(3);
        StoreChild oldest = StoreChild.first(cluster)) {
      startAtOnce(cluster, 1, 2); // then each of them connects to the other
      HazelcastStore one = cluster.store(0);
      HazelcastStore other = cluster.store(1);
      Cluster.until(() -> one.members().size() == 3 && other.members().size() == 3);
      List<List<NodeId>> seen = new CopyOnWriteArrayList<>();
      one.onMembers(() -> seen.add(one.members()));
      other.onMembers(() -> seen.add(other.members()));

      oldest.signal("STOP");
      Cluster.until(() -> one.members().size() < 3 && other.members().size() < 3);
      long before = outputNanos();
      long start = System.nanoTime();
      TimeUnit.SECONDS.sleep(1); // what is measured is what the threads do meanwhile
      double busy = (double) (outputNanos() - before) / (System.nanoTime() - start);
      System.out.printf("oldest stopped: seen %s, output threads busy %.3f%n", seen, busy);
      assertThat(seen)
          .isNotEmpty()
          .allSatisfy(members -> assertThat(members).hasSameElementsAs(LEFT));
      assertThat(Set.copyOf(one.members())).isEqualTo(LEFT);
      assertThat(other.members()).isEqualTo(one.members());
      assertThat(busy).as("processors used by output threads").isLessThan(0.3);

      oldest.signal("CONT");
      Cluster.until(() -> one.members().size() == 3 && other.members().size() == 3);
    }
  }

  private static void startAtOnce(Cluster cluster, int... indices) throws InterruptedException {
    List<Thread> starts = new ArrayList<>();
    for (int index : indices) {
      starts.add(
          new Thread(
              () -> {
                try {
                  cluster.start(index);
                } catch (StartFault e) {
                  throw new AssertionError(e);
                }
              }));
    }
    starts.forEach(Thread::start);
    for (Thread start : starts) {
      start.join();
    }
  }

  /** Processor time of all threads of Hazelcast that write to sockets. */
  private static long outputNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().contains("IO.thread-out")) {
        sum += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
      }
    }
    return sum;
  }
}
