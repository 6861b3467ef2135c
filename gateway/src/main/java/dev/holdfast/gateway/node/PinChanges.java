package dev.holdfast.gateway.node;

import dev.holdfast.admin.Pins;
import dev.holdfast.admin.answer.PinAnswer;
import dev.holdfast.admin.problem.Problem;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.directory.Intent;
import dev.holdfast.directory.IntentChange;
import dev.holdfast.directory.IntentDesk;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Operators' pins, over the desk of this node. */
final class PinChanges implements Pins {
  private final IntentDesk desk;

  PinChanges(IntentDesk desk) {
    this.desk = desk;
  }

  @Override
  public Future<List<PinAnswer>> pins(PoolName name) {
    Intent intent = desk.current();
    Optional<PoolConfig> pool = intent.config().pool(name);
    return pool.isEmpty()
        ? Future.failedFuture(Problem.unknown("pool: " + name).refused())
        : Future.succeededFuture(
            intent.pinsInForce(pool.get()).entrySet().stream()
                .map(pin -> new PinAnswer(pin.getKey(), pin.getValue()))
                .toList());
  }

  @Override
  public Future<Put> pin(PoolName pool, Source source, ServerName server, String who) {
    return done(desk.pin(pool, source, server, who))
        .map(
            done -> {
              PoolConfig config = done.intent().config().pool(pool).orElseThrow();
              Source cut = config.affinity().cut(source);
              return new Put(done.created(), new PinAnswer(cut, server));
            });
  }

  @Override
  public Future<Void> unpin(PoolName pool, Source source, String who) {
    return done(desk.pin(pool, source, null, who)).mapEmpty();
  }

  private static Future<IntentChange.Done> done(Future<IntentChange> change) {
    return change.compose(
        made ->
            made instanceof IntentChange.Done done
                ? Future.succeededFuture(done)
                : Future.failedFuture(Refusals.of(made).refused()));
  }
}
