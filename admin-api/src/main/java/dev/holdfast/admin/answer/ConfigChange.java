package dev.holdfast.admin.answer;

import dev.holdfast.config.Difference;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a change of the configuration does, or in a dry run would do.
 *
 * @param revision after it; as before if nothing differs
 * @param dryRun nothing was changed
 * @param changes each thing that differs
 * @param effect on slots and sessions, as they were when it was asked
 */
public record ConfigChange(long revision, boolean dryRun, List<Change> changes, Effect effect) {
  /** Copies the list. */
  public ConfigChange {
    changes = List.copyOf(changes);
  }

  /**
   * One thing that differs.
   *
   * @param key as the file names it, with names for places in lists
   * @param kind {@code added}, {@code changed} or {@code removed}
   * @param before its value, null if it is added or was none
   * @param after its value, null if it is removed or is none
   */
  public record Change(String key, String kind, @Nullable Object before, @Nullable Object after) {
    /** The same as the configuration says it. */
    public static Change of(Difference difference) {
      return new Change(
          difference.key(),
          difference.kind().name().toLowerCase(Locale.ROOT),
          difference.before(),
          difference.after());
    }
  }

  /**
   * What follows.
   *
   * @param pools those whose table or sources change
   * @param removed scopes that go; their sessions go on, uncounted by the new configuration
   * @param ended sessions that end by the change: none ever does
   */
  public record Effect(List<PoolEffect> pools, List<Removed> removed, long ended) {
    /** Copies the lists. */
    public Effect {
      pools = List.copyOf(pools);
      removed = List.copyOf(removed);
    }
  }

  /**
   * A pool.
   *
   * @param pool the pool
   * @param slots that move to another server; with sessions in them sources stay by pins
   * @param newSources prefixes change: every client becomes another source
   * @param servers those whose number of slots changes
   */
  public record PoolEffect(
      PoolName pool, int slots, boolean newSources, List<ServerEffect> servers) {
    /** Copies the list. */
    public PoolEffect {
      servers = List.copyOf(servers);
    }
  }

  /**
   * A server.
   *
   * @param server the server
   * @param slotsBefore slots that it has
   * @param slotsAfter slots that it will have
   * @param sessions that it has; none of them ends
   */
  public record ServerEffect(ServerName server, int slotsBefore, int slotsAfter, long sessions) {}

  /**
   * Something that goes.
   *
   * @param scope a listener, a pool or a server
   * @param sessions that it has
   */
  public record Removed(Scope scope, long sessions) {}
}
