package dev.holdfast.gateway.node;

import dev.holdfast.chronicle.Chronicle;
import dev.holdfast.directory.Directory;
import dev.holdfast.directory.IntentDesk;
import dev.holdfast.directory.IntentRow;
import dev.holdfast.directory.Revisions;
import dev.holdfast.directory.SavedIntent;
import dev.holdfast.directory.Trial;
import dev.holdfast.directory.Verdict;
import dev.holdfast.epoch.EpochTables;
import dev.holdfast.ledger.LedgerTables;
import dev.holdfast.members.WatchRow;
import dev.holdfast.operations.OperationTables;
import dev.holdfast.store.Step;
import dev.holdfast.store.Table;
import dev.holdfast.store.hazelcast.ClusteredVertx;
import dev.holdfast.store.hazelcast.HazelcastStore;
import dev.holdfast.store.hazelcast.StepTypes;
import dev.holdfast.store.hazelcast.StoreMember;
import dev.holdfast.store.hazelcast.StoreSettings;
import dev.holdfast.tally.TallyRow;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** What a node shares with the others: the store, the intent, the event bus. */
final class Shared {
  private final HazelcastStore store;
  private final IntentDesk desk;
  private final Vertx vertx;

  /**
   * Joins the cluster.
   *
   * @param trial how this node tries a configuration, from the start on
   * @throws Exception with the line that says what is in the way
   */
  Shared(Ground ground, Trial trial) throws Exception {
    Endings endings = ground.endings();
    StoreMember member =
        endings.add(
            StoreMember.start(
                new StoreSettings(
                    ground.self(),
                    ground.settings().node().member(),
                    ground.settings().cluster(),
                    ground.shared().lease()),
                StepTypes.of(steps())),
            StoreMember::close);
    store = endings.add(new HazelcastStore(member, ground.loop(), tables()), HazelcastStore::close);
    ground.members().attach(store);
    desk =
        endings.add(
            new IntentDesk(
                new IntentDesk.Place(
                    store,
                    ground.loop(),
                    ground.members()::contact,
                    ground.members()::majorityOf,
                    () -> UUID.randomUUID().toString(),
                    trial),
                ground.settings().shared(),
                value -> ground.disk().keep(SavedIntent.KIND, value)),
            IntentDesk::close);
    ground.intent(Waiting.until("the shared configuration is read", desk.start(ground.saved())));
    int loops = Math.max(1, Runtime.getRuntime().availableProcessors());
    vertx =
        endings.add(
            Waiting.until(
                "the event bus joins",
                ClusteredVertx.start(
                    member,
                    Ground.free(ground.settings().node().eventBus()),
                    new VertxOptions().setEventLoopPoolSize(loops))),
            bus -> Waiting.until("the event bus ends", bus.close()));
  }

  private static List<Class<?>> steps() {
    return Stream.of(
            EpochTables.STEPS,
            LedgerTables.STEPS,
            OperationTables.STEPS,
            IntentDesk.STEPS,
            Chronicle.STEPS)
        .<Class<?>>flatMap(List::stream)
        .toList();
  }

  private static List<Table<?>> tables() {
    return Stream.of(
            EpochTables.TABLES,
            LedgerTables.TABLES,
            OperationTables.TABLES,
            List.of(
                IntentRow.TABLE,
                Verdict.TABLE,
                Revisions.TABLE,
                Directory.TABLE,
                TallyRow.TABLE,
                WatchRow.TABLE,
                Chronicle.TABLE))
        .<Table<?>>flatMap(List::stream)
        .toList();
  }

  HazelcastStore store() {
    return store;
  }

  /** The memory of this process that steps see when they run here. */
  Step.Owner owner() {
    return store.owner();
  }

  IntentDesk desk() {
    return desk;
  }

  Vertx vertx() {
    return vertx;
  }
}
