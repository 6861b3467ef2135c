package dev.holdfast.directory;

import dev.holdfast.config.Checked;
import dev.holdfast.config.ConfigJson;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.util.Optional;
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

  /**
   * Another configuration.
   *
   * @param heard nodes in contact
   */
  static IntentPlan replace(
      Intent intent, SharedConfig config, @Nullable Long ifRevision, int heard) {
    if (ifRevision != null && ifRevision != intent.revision()) {
      return no(new IntentChange.Stale(intent.revision()));
    }
    int before = intent.config().expectedNodes();
    boolean few = heard <= Math.max(config.expectedNodes(), before) / 2;
    return config.expectedNodes() != before && few
        ? no(new IntentChange.NoMajority())
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
