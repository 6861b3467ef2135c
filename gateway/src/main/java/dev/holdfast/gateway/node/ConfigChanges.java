package dev.holdfast.gateway.node;

import dev.holdfast.admin.Configurations;
import dev.holdfast.admin.answer.ConfigAnswer;
import dev.holdfast.admin.answer.ConfigChange;
import dev.holdfast.admin.answer.ConfigChange.Change;
import dev.holdfast.admin.answer.ConfigChange.Effect;
import dev.holdfast.admin.answer.ConfigChange.Removed;
import dev.holdfast.admin.answer.RevisionAnswer;
import dev.holdfast.admin.problem.Problem;
import dev.holdfast.config.Checked;
import dev.holdfast.config.Difference;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.directory.ClusterView;
import dev.holdfast.directory.Intent;
import dev.holdfast.directory.IntentChange;
import dev.holdfast.directory.IntentDesk;
import dev.holdfast.directory.Revisions;
import dev.holdfast.epoch.Epochs;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The shared configuration as operators change it, over the desk of this node. */
final class ConfigChanges implements Configurations {
  private final Vertx vertx;
  private final IntentDesk desk;
  private final Revisions revisions;
  private final Epochs epochs;
  private final Supplier<ClusterView> view;

  ConfigChanges(
      Vertx vertx,
      IntentDesk desk,
      Revisions revisions,
      Epochs epochs,
      Supplier<ClusterView> view) {
    this.vertx = vertx;
    this.desk = desk;
    this.revisions = revisions;
    this.epochs = epochs;
    this.view = view;
  }

  @Override
  public Future<ConfigAnswer> config() {
    Intent intent = desk.current();
    return Future.succeededFuture(new ConfigAnswer(intent.revision(), intent.config()));
  }

  @Override
  public Future<ConfigChange> replace(
      Function<SharedConfig, Checked<SharedConfig>> reader, Order order) {
    Intent before = desk.current();
    Checked<SharedConfig> read = reader.apply(before.config());
    return read instanceof Checked.Good<SharedConfig> good
        ? change(before, good.value(), order)
        : Future.failedFuture(Refusals.of(new IntentChange.Invalid(read.found())).refused());
  }

  @Override
  public Future<ConfigChange> restore(long number, Order order) {
    return kept(number).compose(found -> change(desk.current(), found.config(), order));
  }

  /** The rules first, then what it would do, then the change itself. */
  private Future<ConfigChange> change(Intent before, SharedConfig config, Order order) {
    return desk.rehearse(config, order.ifRevision())
        .compose(ConfigChanges::done)
        .compose(
            rehearsed ->
                vertx.executeBlocking(
                    () -> new Effects(view.get(), epochs).of(before.config(), rehearsed.intent()),
                    false))
        .compose(
            effect -> {
              Problem missing = order.force() ? null : live(effect);
              if (missing != null && !order.dryRun()) {
                return Future.failedFuture(missing.refused());
              }
              return order.dryRun()
                  ? Future.succeededFuture(answer(before, before.revision(), config, order, effect))
                  : desk.replace(config, order.ifRevision(), order.who())
                      .compose(ConfigChanges::done)
                      .map(
                          after ->
                              answer(before, after.intent().revision(), config, order, effect));
            });
  }

  private static ConfigChange answer(
      Intent before, long revision, SharedConfig config, Order order, Effect effect) {
    List<Change> changes =
        Difference.between(before.config(), config).stream().map(Change::of).toList();
    boolean differs = order.dryRun() && !changes.isEmpty();
    return new ConfigChange(differs ? revision + 1 : revision, order.dryRun(), changes, effect);
  }

  private static Future<IntentChange.Done> done(IntentChange change) {
    return change instanceof IntentChange.Done done
        ? Future.succeededFuture(done)
        : Future.failedFuture(Refusals.of(change).refused());
  }

  /** What goes though it has sessions. */
  private static @Nullable Problem live(Effect effect) {
    List<Removed> live = effect.removed().stream().filter(one -> one.sessions() > 0).toList();
    if (live.isEmpty()) {
      return null;
    }
    List<String> words =
        live.stream().map(one -> one.scope() + " has " + one.sessions() + " sessions").toList();
    return new Problem(
        "/problems/conflict",
        409,
        "nothing was changed: "
            + String.join(", ", words)
            + "; with force it goes all the same and they go on",
        live.stream()
            .map(one -> new Problem.Fault(one.scope().toString(), "no sessions, or force"))
            .toList());
  }

  @Override
  public Future<List<RevisionAnswer>> revisions() {
    return Future.succeededFuture(
        revisions.all().stream().map(intent -> answer(intent, null)).toList());
  }

  @Override
  public Future<RevisionAnswer> revision(long number) {
    return kept(number).map(found -> answer(found, found.config()));
  }

  private Future<Intent> kept(long number) {
    Optional<Intent> found = revisions.find(number);
    return found.isPresent()
        ? Future.succeededFuture(found.get())
        : Future.failedFuture(
            Problem.unknown(
                    "revision: "
                        + number
                        + " (expected: one of "
                        + revisions.all().stream().map(Intent::revision).toList()
                        + ")")
                .refused());
  }

  private static RevisionAnswer answer(Intent intent, @Nullable SharedConfig config) {
    return new RevisionAnswer(
        intent.revision(),
        Instant.ofEpochMilli(intent.made().atMs()).toString(),
        intent.made().who(),
        intent.made().what(),
        config);
  }
}
