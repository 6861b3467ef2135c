package dev.holdfast.store.hazelcast;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import io.vertx.core.Completable;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Vert.x's membership on our member, with its work moved off Hazelcast's event threads: it scans
 * and writes maps when members come and go, and would hold those threads up (vertx-hazelcast issue
 * 215, open in 5.1.5).
 */
final class BusMembership extends HazelcastClusterManager {
  private final ThreadPoolExecutor work;

  BusMembership(HazelcastInstance hazelcast) {
    super(hazelcast);
    work =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "bus-membership");
              thread.setDaemon(true);
              return thread;
            },
            (task, pool) -> {}); // left: nobody wants to know any more
    work.allowCoreThreadTimeOut(true);
  }

  @Override
  public void memberAdded(MembershipEvent event) {
    work.execute(() -> super.memberAdded(event));
  }

  @Override
  public void memberRemoved(MembershipEvent event) {
    work.execute(() -> super.memberRemoved(event));
  }

  @Override
  public void stateChanged(LifecycleEvent event) {
    work.execute(() -> super.stateChanged(event));
  }

  @Override
  public void leave(Completable<Void> promise) {
    super.leave(
        (nothing, failure) -> {
          work.shutdown();
          promise.complete(nothing, failure);
        });
  }
}
