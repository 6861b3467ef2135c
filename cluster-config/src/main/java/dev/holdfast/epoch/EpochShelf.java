package dev.holdfast.epoch;

import dev.holdfast.words.PoolName;
import org.jspecify.annotations.Nullable;

/**
 * Where this node keeps the last epoch of each pool across restarts: it can write them again when
 * the whole cluster was down, and routes by them when it starts cut off. Called on the control
 * loop; an implementation that writes to a disk hops away and returns at once.
 */
public interface EpochShelf {
  /** Keeps nothing. */
  EpochShelf NONE =
      new EpochShelf() {
        @Override
        public byte @Nullable [] last(PoolName pool) {
          return null;
        }

        @Override
        public void keep(PoolName pool, byte[] epoch) {}
      };

  /** What was kept last, or null. */
  byte @Nullable [] last(PoolName pool);

  /** Keeps an epoch in place of the one before. */
  void keep(PoolName pool, byte[] epoch);
}
