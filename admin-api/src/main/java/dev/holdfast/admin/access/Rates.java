package dev.holdfast.admin.access;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How fast one client address may ask: token buckets, one for each address and kind of request. At
 * most {@value #MOST} are kept, those used last; a forgotten one begins full. One thread.
 */
public final class Rates {
  /** Buckets that are kept. */
  static final int MOST = 4096;

  private final LongSupplier nanos;
  private final Map<Key, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Bucket> eldest) {
          return size() > MOST;
        }
      };

  /** What a request does. */
  public enum Kind {
    /** Reads. */
    READ(1000, 2000),
    /** Changes. */
    CHANGE(200, 400),
    /** Did not say who it is; a known token from the same address passes all the same. */
    STRANGER(10, 100);

    private final int perSecond;
    private final int burst;

    Kind(int perSecond, int burst) {
      this.perSecond = perSecond;
      this.burst = burst;
    }

    /** What one address may do, for messages. */
    public String text() {
      return perSecond + "/s, " + burst + " at once";
    }
  }

  private record Key(String address, Kind kind) {}

  private static final class Bucket {
    private double level;
    private long atNanos;
  }

  /**
   * Full buckets.
   *
   * @param nanos a monotonic clock
   */
  public Rates(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Takes one if there is one; else says in how many seconds there will be. */
  public int take(String address, Kind kind) {
    Bucket bucket = filled(address, kind);
    if (bucket.level < 1) {
      return (int) Math.max(1, Math.ceil((1 - bucket.level) / kind.perSecond));
    }
    bucket.level -= 1;
    return 0;
  }

  private Bucket filled(String address, Kind kind) {
    long now = nanos.getAsLong();
    Bucket bucket = buckets.get(new Key(address, kind));
    if (bucket == null) {
      bucket = new Bucket();
      bucket.level = kind.burst;
      buckets.put(new Key(address, kind), bucket);
    } else {
      double came = (now - bucket.atNanos) / 1e9 * kind.perSecond;
      bucket.level = Math.min(kind.burst, bucket.level + came);
    }
    bucket.atNanos = now;
    return bucket;
  }
}
