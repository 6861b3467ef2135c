package dev.holdfast.directory;

import static dev.holdfast.directory.Samples.APP_1;
import static dev.holdfast.directory.Samples.APP_2;
import static dev.holdfast.directory.Samples.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.members.Contact;
import dev.holdfast.store.MemoryCloud;
import dev.holdfast.store.MemoryStore;
import dev.holdfast.store.Rows;
import dev.holdfast.time.ManualLoop;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IntentDeskTest {
  private final MemoryCloud cloud = new MemoryCloud();
  private final ManualLoop loop = new ManualLoop();
  private int names;

  /** A node with its desk. */
  private final class Member {
    final NodeId id;
    final MemoryStore store;
    final IntentDesk desk;
    Contact contact;
    Optional<SavedIntent> disk;
    final List<Long> told = new ArrayList<>();

    Member(String name, SharedConfig file, SavedIntent disk) {
      id = Samples.id(name, 1);
      store = cloud.join(id, loop);
      contact = Samples.contact(id, true, id, Samples.id("x", 1), Samples.id("y", 1));
      this.disk = Optional.ofNullable(disk);
      desk =
          new IntentDesk(
              new IntentDesk.Place(
                  store,
                  loop,
                  () -> contact,
                  expected -> 2 * contact.heard().size() > expected,
                  () -> "name-" + ++names,
                  Trial.NONE),
              file,
              saved -> this.disk = Optional.of(saved));
      desk.onChange(intent -> told.add(intent.revision()));
    }

    Intent started() {
      Future<Intent> future = desk.start(disk);
      loop.run();
      assertThat(future.succeeded()).isTrue();
      return future.result();
    }
  }

  private IntentChange end(Future<IntentChange> future) {
    loop.run();
    assertThat(future.isComplete()).isTrue();
    return future.result();
  }

  private static SharedConfig file(int weight) {
    return Samples.config(weight);
  }

  @Test
  void theFirstStartTakesTheFile() {
    Member one = new Member("gw-1", file(100), null);
    assertThat(one.started().revision()).isEqualTo(1);
    assertThat(one.desk.current().config()).isEqualTo(file(100));
    assertThat(one.desk.drift()).isEmpty();
    assertThat(one.disk).contains(new SavedIntent(one.desk.current(), file(100), true));
    assertThat(one.told).containsExactly(1L);
  }

  @Test
  void aNodeThatFindsOthersTakesTheirsAndShowsItsDrift() {
    Member one = new Member("gw-1", file(100), null);
    one.started();
    Member two = new Member("gw-2", file(7), null);
    assertThat(two.started()).isEqualTo(one.desk.current());
    assertThat(two.desk.drift()).isNotEmpty();
    assertThat(one.desk.drift()).isEmpty();
  }

  @Test
  void aNodeWithAnotherHistoryDoesNotOverruleThoseWhoRun() {
    Member one = new Member("gw-1", file(100), null);
    one.started();
    SavedIntent foreign = new SavedIntent(Samples.intent("elsewhere", 99, file(7)), file(7), true);
    Member two = new Member("gw-2", file(7), foreign);
    assertThat(two.started()).isEqualTo(one.desk.current());
  }

  @Test
  void afterAFullStopTheLatestRevisionOfOneHistoryRules() {
    Member one = new Member("gw-1", file(100), null);
    Intent old = one.started();
    SavedIntent early = one.disk.orElseThrow();
    end(one.desk.setState(CHAT, APP_1, AdminState.DRAIN, false, "ann"));
    SavedIntent late = one.disk.orElseThrow();
    cloud.lose(IntentRow.TABLE);
    one.desk.close();
    loop.run();
    cloud.leave(one.id);
    Member first = new Member("gw-2", file(100), early);
    assertThat(first.started()).isEqualTo(old);
    Member second = new Member("gw-1", file(100), late);
    assertThat(second.started()).isEqualTo(late.intent());
    assertThat(first.desk.current()).isEqualTo(late.intent());
  }

  @Test
  void aloneTheDiskRulesUnlessTheFileChanged() {
    Intent stored = Samples.intent("a", 7, file(50));
    Member same = new Member("gw-1", file(100), new SavedIntent(stored, file(100), true));
    assertThat(same.started()).isEqualTo(stored);
    assertThat(same.desk.drift()).isNotEmpty();
    same.desk.close();
    loop.run();
    cloud.leave(same.id);
    cloud.lose(IntentRow.TABLE);
    Member changed = new Member("gw-1", file(60), new SavedIntent(stored, file(100), true));
    assertThat(changed.started().revision()).isEqualTo(8);
    assertThat(changed.desk.current().config()).isEqualTo(file(60));
  }

  @Test
  void aYoungerMemberWaitsForTheOldestToWriteTheFirstRow() {
    Member one = new Member("gw-1", file(100), null);
    Member two = new Member("gw-2", file(7), null);
    Future<Intent> second = two.desk.start(Optional.empty());
    loop.pass(Duration.ofSeconds(1));
    assertThat(second.isComplete()).isFalse();
    one.started();
    loop.pass(Duration.ofMillis(300));
    assertThat(second.result()).isEqualTo(one.desk.current());
  }

  @Test
  void aYoungerMemberWritesTheRowIfTheOldestNeverDoes() {
    new Member("gw-1", file(100), null);
    Member two = new Member("gw-2", file(7), null);
    Future<Intent> second = two.desk.start(Optional.empty());
    loop.pass(IntentDesk.PATIENCE.plusSeconds(1));
    assertThat(second.result().config()).isEqualTo(file(7));
  }

  @Test
  void aStoreThatDoesNotAnswerAtTheStartIsAskedAgain() {
    Member one = new Member("gw-1", file(100), null);
    cloud.manual();
    Future<Intent> start = one.desk.start(Optional.empty());
    loop.run();
    cloud.pending().forEach(MemoryCloud.Event::lose);
    cloud.automatic();
    loop.pass(Duration.ofSeconds(1));
    assertThat(start.succeeded()).isTrue();
  }

  @Test
  void serversComeChangeAndGoWithARevisionEach() {
    Member one = new Member("gw-1", file(100), null);
    Member two = new Member("gw-2", file(100), null);
    one.started();
    two.started();
    ServerConfig added = Samples.server("app-4", 9004);
    IntentChange.Done put = (IntentChange.Done) end(two.desk.putServer(CHAT, added, "ann"));
    assertThat(put.created()).isTrue();
    assertThat(put.intent().revision()).isEqualTo(2);
    assertThat(one.desk.current().config().pool(CHAT).flatMap(p -> p.server(added.name())))
        .contains(added);
    IntentChange.Done again = (IntentChange.Done) end(one.desk.putServer(CHAT, added, "ann"));
    assertThat(again.changed()).isFalse();
    assertThat(again.intent().revision()).isEqualTo(2);
    IntentChange.Done gone =
        (IntentChange.Done) end(one.desk.removeServer(CHAT, added.name(), "ann"));
    assertThat(gone.intent().revision()).isEqualTo(3);
    assertThat(two.desk.current().config()).isEqualTo(file(100));
    assertThat(two.told).containsExactly(1L, 2L, 3L);
  }

  @Test
  void whatCannotBeDoneIsAnAnswer() {
    Member one = new Member("gw-1", file(100), null);
    one.started();
    IntentDesk desk = one.desk;
    PoolName nowhere = new PoolName("nowhere");
    ServerConfig broken = new ServerConfig(APP_1, "a b", List.of(70_000), 1, null);
    assertThat(end(desk.putServer(nowhere, Samples.server("a", 1), "ann")))
        .isEqualTo(new IntentChange.Unknown("pool: nowhere"));
    assertThat(end(desk.removeServer(CHAT, new ServerName("app-9"), "ann")))
        .isEqualTo(new IntentChange.Unknown("server: chat/app-9"));
    assertThat(end(desk.setState(nowhere, APP_1, AdminState.DRAIN, false, "ann")))
        .isEqualTo(new IntentChange.Unknown("server: nowhere/app-1"));
    assertThat(((IntentChange.Invalid) end(desk.putServer(CHAT, broken, "ann"))).faults())
        .extracting(fault -> fault.pointer())
        .containsExactlyInAnyOrder("/pools/0/servers/0/host", "/pools/0/servers/0/ports/0");
    assertThat(end(desk.replace(file(5), 9, "ann"))).isEqualTo(new IntentChange.Stale(1));
    assertThat(desk.current().revision()).isEqualTo(1);
    end(desk.removeServer(CHAT, APP_1, "ann"));
    end(desk.removeServer(CHAT, APP_2, "ann"));
    assertThat(end(desk.removeServer(CHAT, new ServerName("app-3"), "ann")))
        .isInstanceOf(IntentChange.Conflict.class);
    one.contact = Samples.contact(one.id, false, one.id);
    assertThat(end(desk.setState(CHAT, APP_1, AdminState.DRAIN, false, "ann")))
        .isEqualTo(IntentChange.NoMajority.NONE);
  }

  @Test
  void aDryRunChangesNothing() {
    Member one = new Member("gw-1", file(100), null);
    one.started();
    IntentChange.Done dry = (IntentChange.Done) end(one.desk.rehearse(file(5), 1));
    assertThat(dry.intent().revision()).isEqualTo(2);
    assertThat(one.desk.current().revision()).isEqualTo(1);
    IntentChange.Done done = (IntentChange.Done) end(one.desk.replace(file(5), 1, "ann"));
    assertThat(done.intent().config()).isEqualTo(dry.intent().config());
    assertThat(done.intent().made().who()).isEqualTo("ann");
    assertThat(done.intent().made().what())
        .containsExactly("pools[chat].servers[app-1].weight: 100 -> 5");
  }

  @Test
  void anotherNumberOfNodesNeedsAMajorityOfBoth() {
    Member one = new Member("gw-1", file(100), null);
    one.started();
    SharedConfig now = file(100);
    SharedConfig seven =
        new SharedConfig(7, now.onPartition(), now.lease(), null, now.listeners(), now.pools());
    assertThat(end(one.desk.replace(seven, 1, "ann")))
        .asString()
        .contains("cluster.expected-nodes: 7 (expected: a majority of both 3 and 7 nodes");
  }

  @Test
  void twoChangesAtOnceBothHold() {
    Member one = new Member("gw-1", file(100), null);
    Member two = new Member("gw-2", file(100), null);
    one.started();
    two.started();
    cloud.manual();
    Future<IntentChange> first = one.desk.putServer(CHAT, Samples.server("app-4", 9004), "ann");
    Future<IntentChange> second = two.desk.putServer(CHAT, Samples.server("app-5", 9005), "ann");
    loop.run();
    for (int i = 0; i < 1000 && !cloud.pending().isEmpty(); i++) {
      cloud.pending().get(0).run();
      loop.run();
    }
    assertThat(cloud.pending()).isEmpty();
    assertThat(first.result()).isInstanceOf(IntentChange.Done.class);
    assertThat(second.result()).isInstanceOf(IntentChange.Done.class);
    PoolConfig pool = one.desk.current().config().pool(CHAT).orElseThrow();
    assertThat(pool.servers()).hasSize(5);
    assertThat(two.desk.current()).isEqualTo(one.desk.current());
  }

  @Test
  void aStepThatRunsTwiceIsOneChange() {
    Member one = new Member("gw-1", file(100), null);
    one.started();
    cloud.manual();
    Future<IntentChange> change = one.desk.setState(CHAT, APP_1, AdminState.MAINT, false, "ann");
    loop.run();
    MemoryCloud.Event step =
        cloud.pending().stream()
            .filter(event -> event.label().startsWith("step"))
            .findFirst()
            .orElseThrow();
    step.runAndKeep();
    step.run();
    cloud.pending().forEach(MemoryCloud.Event::run);
    loop.run();
    assertThat(change.result()).isInstanceOf(IntentChange.Done.class);
    assertThat(one.desk.current().revision()).isEqualTo(2);
    assertThat(one.desk.current().state(CHAT, APP_1)).isEqualTo(AdminState.MAINT);
  }

  @Test
  void onlyADrainKeepsSources() {
    Member one = new Member("gw-1", file(100), null);
    one.started();
    end(one.desk.setState(CHAT, APP_1, AdminState.DRAIN, true, "ann"));
    assertThat(one.desk.current().keeping(CHAT)).containsExactly(APP_1);
    end(one.desk.replace(file(9), one.desk.current().revision(), "ann"));
    assertThat(one.desk.current().keeping(CHAT)).containsExactly(APP_1);
    IntentChange same = end(one.desk.setState(CHAT, APP_1, AdminState.DRAIN, true, "ann"));
    assertThat(same).isEqualTo(new IntentChange.Done(one.desk.current(), false, false));
    end(one.desk.setState(CHAT, APP_1, AdminState.DRAIN, false, "ann"));
    assertThat(one.desk.current().keeping(CHAT)).isEmpty();
    end(one.desk.setState(CHAT, APP_1, AdminState.MAINT, true, "ann"));
    assertThat(one.desk.current().keeping(CHAT)).isEmpty();
  }

  @Test
  void aRowOfBeforeSourcesWereKeptIsRead() {
    Intent row = new Intent("a", 7, file(50), Map.of(), null, null, null);
    assertThat(row)
        .isEqualTo(new Intent("a", 7, file(50), Map.of(), Map.of(), Map.of(), Made.UNKNOWN));
  }

  @Test
  void aLostRowIsWrittenAgainAndALostHintIsMadeUpFor() {
    Member one = new Member("gw-1", file(100), null);
    one.started();
    end(one.desk.setState(CHAT, APP_1, AdminState.DRAIN, false, "ann"));
    cloud.lose(IntentRow.TABLE);
    loop.pass(IntentDesk.RECONCILE);
    assertThat(Rows.value(cloud.row("intent", "intent"), IntentRow.class).intent())
        .isEqualTo(one.desk.current());
    Intent later = one.desk.current().with(file(9));
    cloud.manual();
    cloud.put("intent", "intent", Rows.bytes(new IntentRow(later, null)));
    cloud.pending().forEach(MemoryCloud.Event::lose); // no hint
    cloud.automatic();
    loop.pass(IntentDesk.RECONCILE);
    assertThat(one.desk.current()).isEqualTo(later);
  }

  @Test
  void aNodeWithoutAMajorityBelievesNothingOfTheStore() {
    Member one = new Member("gw-1", file(100), null);
    Intent mine = one.started();
    one.contact = Samples.contact(one.id, false, one.id);
    cloud.put("intent", "intent", Rows.bytes(new IntentRow(mine.with(file(9)), null)));
    loop.pass(Duration.ofSeconds(10));
    assertThat(one.desk.current()).isEqualTo(mine);
    one.contact = Samples.contact(one.id, true, one.id);
    loop.pass(IntentDesk.RECONCILE);
    assertThat(one.desk.current()).isEqualTo(mine.with(file(9)));
  }

  @Test
  void whatANodeMadeOfItsFileAloneGivesWayToThoseWhoRun() {
    Intent stored = Samples.intent("a", 7, file(50));
    Member cut = new Member("gw-1", file(60), new SavedIntent(stored, file(50), true));
    cut.contact = Samples.contact(cut.id, false, cut.id);
    assertThat(cut.started().revision()).isEqualTo(8);
    assertThat(cut.disk.orElseThrow().confirmed()).isFalse();
    cloud.put(
        "intent",
        "intent",
        Rows.bytes(new IntentRow(stored, null))); // merged: the larger side's copy counts
    cut.contact = Samples.contact(cut.id, true, cut.id);
    loop.pass(IntentDesk.RECONCILE);
    assertThat(cut.desk.current()).isEqualTo(stored);
    assertThat(cut.disk.orElseThrow().confirmed()).isTrue();
    assertThat(cut.desk.drift()).isNotEmpty();
  }

  @Test
  void whatANodeMadeOfItsFileAloneIsConfirmedByAMajority() {
    Intent stored = Samples.intent("a", 7, file(50));
    Member first = new Member("gw-1", file(60), new SavedIntent(stored, file(50), true));
    first.contact = Samples.contact(first.id, false, first.id);
    Intent made = first.started();
    Member second = new Member("gw-2", file(60), new SavedIntent(stored, file(50), true));
    assertThat(second.started()).isEqualTo(made);
    first.contact = Samples.contact(first.id, true, first.id, second.id);
    loop.pass(IntentDesk.RECONCILE);
    assertThat(first.desk.current()).isEqualTo(made);
    assertThat(first.disk.orElseThrow().confirmed()).isTrue();
  }

  @Test
  void statesOfServersThatGoAreForgotten() {
    Member one = new Member("gw-1", file(100), null);
    one.started();
    end(one.desk.setState(CHAT, APP_1, AdminState.MAINT, false, "ann"));
    end(one.desk.setState(CHAT, APP_2, AdminState.READY, false, "ann"));
    assertThat(one.desk.current().states(CHAT)).containsOnlyKeys(APP_1);
    end(one.desk.removeServer(CHAT, APP_1, "ann"));
    assertThat(one.desk.current().states()).isEmpty();
  }
}
