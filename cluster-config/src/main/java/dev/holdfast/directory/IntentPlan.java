package dev.holdfast.directory;

import dev.holdfast.config.Checked;
import dev.holdfast.config.ConfigJson;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A change as it would be made on the intent of the moment: the next intent, or why there is none.
 *
 * @param next what to write, null if it ends before
 * @param created the thing was not there before
 * @param end how it ended, null if it is to be written
 */
record IntentPlan(@Nullable Intent next, boolean created, @Nullable IntentChange end) {
  private static IntentPlan to(Intent next, boolean created) {
    return new IntentPlan(next, created, null);
  }

  private static IntentPlan no(IntentChange end) {
    return new IntentPlan(null, false, end);
  }

  private static IntentPlan unknown(String what) {
    return no(new IntentChange.Unknown(what));
  }

  static IntentPlan putServer(Intent intent, PoolName pool, ServerConfig server) {
    Optional<PoolConfig> present = intent.config().pool(pool);
    if (present.isEmpty()) {
      return unknown("pool: " + pool);
    }
    return to(
        intent.with(Edits.put(intent.config(), present.get(), server)),
        present.get().server(server.name()).isEmpty());
  }

  static IntentPlan removeServer(Intent intent, PoolName pool, ServerName server) {
    Optional<PoolConfig> present = intent.config().pool(pool);
    if (present.isEmpty()) {
      return unknown("pool: " + pool);
    }
    if (present.get().server(server).isEmpty()) {
      return unknown("server: " + pool + "/" + server);
    }
    return present.get().servers().size() == 1
        ? no(new IntentChange.Conflict("it is the last server of pool " + pool))
        : to(intent.with(Edits.remove(intent.config(), present.get(), server)), false);
  }

  static IntentPlan setState(
      Intent intent, PoolName pool, ServerName server, AdminState state, boolean keep) {
    return intent.config().pool(pool).flatMap(present -> present.server(server)).isEmpty()
        ? unknown("server: " + pool + "/" + server)
        : to(intent.with(pool, server, state, keep), false);
  }

  /** A source pinned to a server, or with null not pinned any more. */
  static IntentPlan pin(Intent intent, PoolName name, Source address, @Nullable ServerName server) {
    Optional<PoolConfig> pool = intent.config().pool(name);
    if (pool.isEmpty()) {
      return unknown("pool: " + name);
    }
    Source source = pool.get().affinity().cut(address);
    if (server != null && pool.get().server(server).isEmpty()) {
      return unknown("server: " + name + "/" + server);
    }
    Map<Source, ServerName> pins = intent.pins(name);
    Intent next = intent;
    for (Source known : pins.keySet()) {
      if (!known.equals(source) && pool.get().affinity().cut(known).equals(source)) {
        next = next.with(name, known, null); // pinned under longer prefixes, before they changed
      }
    }
    if (server == null && !pins.containsKey(source) && next == intent) {
      return unknown("pin: " + name + "/" + source);
    }
    if (server != null && !pins.containsKey(source) && pins.size() >= Intent.MOST_PINS) {
      return no(new IntentChange.Conflict("pool " + name + " has its " + pins.size() + " pins"));
    }
    next = next.with(name, source, server).at(intent.revision() + 1);
    return to(next, server != null && !pins.containsKey(source));
  }

  /**
   * Another configuration.
   *
   * @param ifRevision the revision that it was made for
   * @param majorityOf says whether a majority is in contact if so many nodes are expected
   */
  static IntentPlan replace(
      Intent intent, SharedConfig config, long ifRevision, IntPredicate majorityOf) {
    if (ifRevision != intent.revision()) {
      return no(new IntentChange.Stale(intent.revision()));
    }
    int before = intent.config().expectedNodes();
    int after = config.expectedNodes();
    return before != after && !majorityOf.test(after)
        ? no(
            new IntentChange.NoMajority(
                "cluster.expected-nodes: "
                    + after
                    + " (expected: a majority of both "
                    + before
                    + " and "
                    + after
                    + " nodes in contact); nothing was changed"))
        : to(intent.with(config), false);
  }

  /** The same plan, ended with what would become of it. */
  IntentPlan dry(Intent intent) {
    IntentChange early = endOn(intent);
    return no(early != null ? early : new IntentChange.Done(next, created, true));
  }

  /** How it ends without a write: refused, against the rules, or nothing to change; else null. */
  @Nullable IntentChange endOn(Intent intent) {
    if (next == null) {
      return end;
    }
    Checked<SharedConfig> checked = ConfigJson.read(ConfigJson.of(next.config()));
    if (!checked.found().isEmpty()) {
      return new IntentChange.Invalid(checked.found());
    }
    return next.wantsTheSame(intent) ? new IntentChange.Done(intent, false, false) : null;
  }
}
