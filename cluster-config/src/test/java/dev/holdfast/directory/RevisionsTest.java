package dev.holdfast.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.members.StateFaults;
import dev.holdfast.store.MemoryCloud;
import dev.holdfast.store.MemoryStore;
import dev.holdfast.store.Rows;
import dev.holdfast.time.ManualLoop;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RevisionsTest {
  private final MemoryCloud cloud = new MemoryCloud();
  private final ManualLoop loop = new ManualLoop();
  private int names;

  private final class Member {
    final NodeId id;
    final IntentDesk desk;
    final Revisions revisions;
    Revisions.Kept disk;

    Member(String name, Revisions.Kept disk, SavedIntent saved) {
      id = Samples.id(name, 1);
      MemoryStore store = cloud.join(id, loop);
      desk =
          new IntentDesk(
              new IntentDesk.Place(
                  store,
                  loop,
                  () -> Samples.contact(id, true, id),
                  expected -> true,
                  () -> "name-" + ++names,
                  Trial.NONE),
              Samples.config(100),
              kept -> {});
      desk.start(Optional.ofNullable(saved));
      loop.run();
      this.disk = disk;
      revisions = new Revisions(store, loop, () -> true, kept -> this.disk = kept);
      revisions.start(desk, Optional.ofNullable(disk));
      loop.pass(Duration.ofSeconds(1));
    }

    List<Long> numbers() {
      return revisions.all().stream().map(Intent::revision).toList();
    }
  }

  private IntentChange.Done done(Future<IntentChange> future) {
    loop.pass(Duration.ofSeconds(1));
    return (IntentChange.Done) future.result();
  }

  @Test
  void theLastTenAreKeptOnAllNodesAndSayWhoDidWhat() {
    Member one = new Member("gw-1", null, null);
    Member two = new Member("gw-2", null, null);
    for (int weight = 1; weight <= 12; weight++) {
      done(one.desk.replace(Samples.config(weight), weight, "ann"));
    }
    loop.pass(Duration.ofSeconds(20));
    assertThat(one.numbers()).containsExactly(13L, 12L, 11L, 10L, 9L, 8L, 7L, 6L, 5L, 4L);
    assertThat(two.numbers()).isEqualTo(one.numbers());
    Intent nine = two.revisions.find(9).orElseThrow();
    assertThat(nine.config()).isEqualTo(Samples.config(8));
    assertThat(nine.made().who()).isEqualTo("ann");
    assertThat(nine.made().what()).containsExactly("pools[chat].servers[app-1].weight: 7 -> 8");
    assertThat(two.revisions.find(3)).isEmpty();
    assertThat(cloud.keys(Revisions.TABLE.name())).hasSize(Revisions.KEPT);
  }

  @Test
  void aNodeThatMissedSomeReadsThemAndOneThatHasThemWritesThemAgain() {
    Member one = new Member("gw-1", null, null);
    done(one.desk.replace(Samples.config(5), 1, "ann"));
    done(one.desk.replace(Samples.config(6), 2, "ann"));
    Member late = new Member("gw-2", null, null);
    loop.pass(Duration.ofSeconds(20));
    assertThat(late.numbers()).containsExactly(3L, 2L, 1L);
    cloud.lose(Revisions.TABLE);
    loop.pass(Duration.ofSeconds(20));
    assertThat(cloud.keys(Revisions.TABLE.name())).containsExactlyInAnyOrder("1", "2", "3");
  }

  @Test
  void theDiskBringsThemBackAndAnotherHistoryIsForgotten() {
    Member one = new Member("gw-1", null, null);
    done(one.desk.replace(Samples.config(5), 1, "ann"));
    Revisions.Kept disk = one.disk;
    SavedIntent saved = new SavedIntent(one.desk.current(), Samples.config(100), true);
    cloud.leave(one.id);
    cloud.lose(Revisions.TABLE);
    cloud.lose(IntentRow.TABLE);
    Member again = new Member("gw-1", disk, saved);
    assertThat(again.numbers()).containsExactly(2L, 1L);
    cloud.leave(again.id);
    cloud.lose(IntentRow.TABLE);
    Member other = new Member("gw-1", disk, null);
    assertThat(other.desk.current().lineage()).isNotEqualTo(again.desk.current().lineage());
    loop.pass(Duration.ofSeconds(20));
    assertThat(other.numbers()).containsExactly(1L);
    done(other.desk.replace(Samples.config(9), 1, "bob"));
    loop.pass(Duration.ofSeconds(20));
    Intent stored = Rows.value(cloud.row("revisions", "2"), Intent.class);
    assertThat(stored).isEqualTo(other.desk.current());
  }

  @Test
  void pinsAndStatesAreToldAndSurviveTheStore() {
    Member one = new Member("gw-1", null, null);
    Source source = Source.parse("127.10.0.7");
    IntentChange.Done pinned = done(one.desk.pin(Samples.CHAT, source, Samples.APP_2, "ann"));
    assertThat(pinned.created()).isTrue();
    assertThat(pinned.intent().made().what())
        .containsExactly("pools[chat].pins[127.10.0.7]: none -> app-2");
    assertThat(done(one.desk.pin(Samples.CHAT, source, Samples.APP_2, "ann")).changed()).isFalse();
    assertThat(
            done(one.desk.setState(Samples.CHAT, Samples.APP_1, AdminState.DRAIN, true, "ann"))
                .intent()
                .made()
                .what())
        .containsExactly("pools[chat].servers[app-1]: READY -> DRAIN (sticky: keep)");
    Intent now = one.desk.current();
    assertThat(Rows.value(Rows.bytes(now), Intent.class)).isEqualTo(now);
    Intent gone = done(one.desk.removeServer(Samples.CHAT, Samples.APP_2, "ann")).intent();
    assertThat(gone.pins()).isEmpty();
    Future<IntentChange> none = one.desk.pin(Samples.CHAT, source, null, "ann");
    loop.run();
    assertThat(none.result()).isEqualTo(new IntentChange.Unknown("pin: chat/127.10.0.7"));
    Future<IntentChange> nobody = one.desk.pin(Samples.CHAT, source, Samples.APP_2, "ann");
    loop.run();
    assertThat(nobody.result()).isEqualTo(new IntentChange.Unknown("server: chat/app-2"));
  }

  @Test
  void noFaultOfTheDiskIsReadAsAnIntent() throws Exception {
    Member one = new Member("gw-1", null, null);
    done(one.desk.pin(Samples.CHAT, Source.parse("127.10.0.7"), Samples.APP_2, "ann"));
    Intent intent = one.desk.current();
    StateFaults.find(SavedIntent.KIND, new SavedIntent(intent, intent.config(), true), 1);
    StateFaults.find(Revisions.Kept.KIND, one.disk, 1);
  }
}
