package dev.holdfast.gateway.node;

import dev.holdfast.epoch.EpochShelf;
import dev.holdfast.members.StateFolder;
import dev.holdfast.words.PoolName;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes values to the state folder on a thread of its own. Of values that come faster than the
 * disk takes them the last counts. A write that fails is logged; the node goes on by its memory.
 */
final class Disk implements EpochShelf, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Disk.class);

  /** An epoch of a pool as bytes. */
  private record KeptEpoch(byte[] bytes) {}

  private final StateFolder folder;
  private final Map<String, Runnable> waiting = new ConcurrentHashMap<>();
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
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
    Runnable write =
        () -> {
          try {
            folder.write(kind, value);
          } catch (IOException e) {
            LOG.error("State was not written kind={} cause={}", kind.name(), e.getMessage());
          }
        };
    if (waiting.put(kind.name(), write) == null) {
      writer.execute(() -> waiting.remove(kind.name()).run());
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

  private static StateFolder.Kind<KeptEpoch> kind(PoolName pool) {
    return new StateFolder.Kind<>("epoch-" + pool, 1, KeptEpoch.class);
  }

  /** Writes what waits, then ends. */
  @Override
  public void close() {
    writer.shutdown();
  }
}
