package dev.holdfast.gateway.node;

import dev.holdfast.epoch.EpochShelf;
import dev.holdfast.members.StateFolder;
import dev.holdfast.words.PoolName;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes values to the state folder on a thread of its own. Of values that come faster than the
 * disk takes them the last counts. A write that fails is logged and tried again; the node goes on
 * by its memory.
 */
final class Disk implements EpochShelf, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Disk.class);
  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final Duration LAST_WRITES = Duration.ofSeconds(6);

  /** An epoch of a pool as bytes. */
  record KeptEpoch(byte[] bytes) {}

  private final StateFolder folder;
  private final Map<String, Runnable> waiting = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor writer =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "holdfast-disk");
            thread.setDaemon(true);
            return thread;
          });

  Disk(StateFolder folder) {
    this.folder = folder;
  }

  /** Keeps a value, some time soon. Any thread. */
  <T> void keep(StateFolder.Kind<T> kind, T value) {
    if (waiting.put(kind.name(), () -> write(kind, value)) == null) {
      submit(kind.name(), Duration.ZERO);
    }
  }

  private void submit(String name, Duration delay) {
    try {
      Runnable next = () -> waiting.remove(name).run(); // it is there until this runs
      writer.schedule(next, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("State came after the end and is not written kind={}", name);
    }
  }

  private <T> void write(StateFolder.Kind<T> kind, T value) {
    try {
      folder.write(kind, value);
    } catch (IOException e) {
      LOG.error("State was not written, trying again kind={} cause={}", kind.name(), e.toString());
      if (waiting.putIfAbsent(kind.name(), () -> write(kind, value)) == null) {
        submit(kind.name(), AGAIN);
      }
    }
  }

  @Override
  public byte @Nullable [] last(PoolName pool) {
    return folder.read(kind(pool)).map(KeptEpoch::bytes).orElse(null);
  }

  @Override
  public void keep(PoolName pool, byte[] epoch) {
    keep(kind(pool), new KeptEpoch(epoch));
  }

  static StateFolder.Kind<KeptEpoch> kind(PoolName pool) {
    return new StateFolder.Kind<>(
        "epoch-" + pool, 1, KeptEpoch.class, "the table of the others, or else the first, counts");
  }

  /** Writes what waits, then ends. Blocks, at most a few seconds. */
  @Override
  public void close() {
    writer.shutdown(); // delays are waited for: what the disk refused is tried once more
    try {
      if (!writer.awaitTermination(LAST_WRITES.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.error("The disk is too slow, state of the last moment is not written");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
