package dev.holdfast.gateway.path;

import dev.holdfast.epoch.LoopRoutes;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Routes that a test sets; the same for all loops. */
final class FixedRoutes implements LoopRoutes {
  final AtomicInteger open = new AtomicInteger();
  final AtomicInteger opened = new AtomicInteger();
  volatile Function<Source, Answer> answers;
  volatile BiFunction<Source, ServerName, Future<Void>> diversions =
      (source, server) -> Future.failedFuture("no other server");
  volatile Function<Source, ServerName> wanted =
      source -> answer(source) instanceof Answer.To to ? to.server() : null;
  volatile Runnable letGo = () -> {};

  FixedRoutes(Function<Source, Answer> answers) {
    this.answers = answers;
  }

  static Answer to(String server) {
    return new Answer.To(new ServerName(server), By.SLOT, 1);
  }

  @Override
  public Answer answer(Source source) {
    return answers.apply(source);
  }

  @Override
  public ServerName wanted(Source source) {
    return wanted.apply(source);
  }

  @Override
  public void opened(Source source, ServerName server) {
    opened.incrementAndGet();
    open.incrementAndGet();
  }

  @Override
  public void closed(Source source, ServerName server) {
    open.decrementAndGet();
  }

  @Override
  public Future<Void> divert(Source source, ServerName unusable) {
    return diversions.apply(source, unusable);
  }

  @Override
  public void onLetGo(Runnable task) {
    letGo = task;
  }
}
