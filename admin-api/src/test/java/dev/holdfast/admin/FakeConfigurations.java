package dev.holdfast.admin;

import dev.holdfast.admin.answer.ConfigAnswer;
import dev.holdfast.admin.answer.ConfigChange;
import dev.holdfast.admin.answer.PinAnswer;
import dev.holdfast.admin.answer.RevisionAnswer;
import dev.holdfast.admin.problem.Problem;
import dev.holdfast.config.Checked;
import dev.holdfast.config.ConfigFile;
import dev.holdfast.config.Difference;
import dev.holdfast.config.Host;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;

/** Revision 7 of pool chat, and the pins of that pool. */
public final class FakeConfigurations implements Configurations, Pins {
  /** A configuration with two servers. */
  public static final String FILE =
      """
      cluster: { expected-nodes: 3 }
      listeners: [{ name: chat, bind: "127.0.0.1:7000", pool: chat }]
      pools:
        - name: chat
          servers:
            - { name: app-1, host: 127.0.0.1, ports: [9001] }
            - { name: app-2, host: 127.0.0.1, ports: [9002] }
      """;

  private static final PoolName CHAT = new PoolName("chat");

  /** What is in force. */
  public volatile SharedConfig config =
      ConfigFile.parse(FILE, "x", Path.of(""), new Host("h", 20_000)).orThrow().shared();

  /** Its revision. */
  public volatile long revision = 7;

  /** What was ordered last. */
  public volatile Order order;

  /** Operators' pins. */
  public final Map<Source, ServerName> pins = new ConcurrentSkipListMap<>();

  @Override
  public Future<ConfigAnswer> config() {
    return Future.succeededFuture(new ConfigAnswer(revision, config));
  }

  @Override
  public Future<ConfigChange> replace(
      Function<SharedConfig, Checked<SharedConfig>> reader, Order ordered) {
    order = ordered;
    Checked<SharedConfig> read = reader.apply(config);
    if (!(read instanceof Checked.Good<SharedConfig> good)) {
      return Future.failedFuture(
          Problem.invalid(
                  "the change breaks rules",
                  read.found().stream()
                      .map(fault -> new Problem.Fault(fault.pointer(), fault.rule()))
                      .toList())
              .refused());
    }
    if (ordered.ifRevision() != revision) {
      return Future.failedFuture(
          Problem.plain("stale", 412, "the revision is " + revision + " by now").refused());
    }
    ConfigChange change =
        new ConfigChange(
            revision + 1,
            ordered.dryRun(),
            Difference.between(config, good.value()).stream().map(ConfigChange.Change::of).toList(),
            new ConfigChange.Effect(
                List.of(
                    new ConfigChange.PoolEffect(
                        CHAT,
                        32_768,
                        false,
                        List.of(
                            new ConfigChange.ServerEffect(
                                new ServerName("app-2"), 32_768, 0, 12)))),
                List.of(new ConfigChange.Removed(Scope.of(CHAT, new ServerName("app-2")), 12)),
                0));
    if (!ordered.dryRun()) {
      config = good.value();
      revision++;
    }
    return Future.succeededFuture(change);
  }

  @Override
  public Future<List<RevisionAnswer>> revisions() {
    return Future.succeededFuture(List.of(answer(null)));
  }

  private RevisionAnswer answer(SharedConfig of) {
    return new RevisionAnswer(
        7, "2026-11-27T19:00:00Z", "ann", List.of("pools[chat].pins[10.0.0.1]: none -> app-1"), of);
  }

  @Override
  public Future<RevisionAnswer> revision(long number) {
    return number == 7
        ? Future.succeededFuture(answer(config))
        : Future.failedFuture(Problem.unknown("revision: " + number).refused());
  }

  @Override
  public Future<ConfigChange> restore(long number, Order ordered) {
    return revision(number)
        .compose(found -> replace(present -> new Checked.Good<>(config, List.of()), ordered));
  }

  @Override
  public Future<List<PinAnswer>> pins(PoolName pool) {
    return known(pool)
        .map(
            known ->
                pins.entrySet().stream()
                    .map(pin -> new PinAnswer(pin.getKey(), pin.getValue()))
                    .toList());
  }

  private static Future<PoolName> known(PoolName pool) {
    return pool.equals(CHAT)
        ? Future.succeededFuture(pool)
        : Future.failedFuture(Problem.unknown("pool: " + pool).refused());
  }

  @Override
  public Future<Put> pin(PoolName pool, Source source, ServerName server, String who) {
    return known(pool)
        .map(known -> new Put(pins.put(source, server) == null, new PinAnswer(source, server)));
  }

  @Override
  public Future<Void> unpin(PoolName pool, Source source, String who) {
    return known(pool)
        .compose(
            known ->
                pins.remove(source) == null
                    ? Future.failedFuture(Problem.unknown("pin: " + source).refused())
                    : Future.succeededFuture());
  }
}
