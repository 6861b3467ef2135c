package dev.holdfast.store.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.hazelcast.cluster.Member;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import dev.holdfast.store.Notes;
import dev.holdfast.store.Notes.Note;
import dev.holdfast.store.StoreFault;
import dev.holdfast.words.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Members that are killed, leave, are cut off and come back. */
class StoreMemberIT {
  private Cluster cluster;

  @AfterEach
  void end() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void rowsOutliveTheirOwnerAsItWroteThemButItsMemoryDoesNot() throws StartFault {
    cluster = Cluster.of(3);
    cluster.safe();
    HazelcastStore survivor = cluster.store(0);
    Map<String, Note> drawn = new HashMap<>();
    String ofTheVictim = null;
    for (int i = 0; i < 60; i++) {
      String key = "drawn-" + i;
      drawn.put(key, Cluster.await(survivor.step(Notes.NOTES, key, new Notes.Draw(0))));
      if (cluster.owner(key) == 2) {
        ofTheVictim = key;
      }
    }
    assertThat(ofTheVictim).isNotNull();
    for (int i = 1; i <= 5; i++) {
      int count = Cluster.await(survivor.step(Notes.NOTES, ofTheVictim, new Notes.Count(0)));
      assertThat(count).isEqualTo(i);
    }

    long killed = System.nanoTime();
    cluster.node(2).member().terminate();
    assertThat(count(survivor, ofTheVictim)).isLessThan(5);
    System.out.printf("answer after kill ms=%d%n", (System.nanoTime() - killed) / 1_000_000);
    drawn.forEach(
        (key, note) ->
            assertThat(Cluster.await(cluster.store(1).read(Notes.NOTES, key))).isEqualTo(note));

    // the backups of the promoted rows are the owner's bytes, too
    cluster.safe();
    cluster.node(1).member().terminate();
    drawn.forEach(
        (key, note) -> assertThat(Cluster.await(survivor.read(Notes.NOTES, key))).isEqualTo(note));
  }

  private static int count(HazelcastStore store, String key) {
    return again(() -> store.step(Notes.NOTES, key, new Notes.Count(0)));
  }

  /** Asks again where the outcome is unknown, as every caller must while members go. */
  private static <T> T again(Supplier<Future<T>> call) {
    while (true) {
      try {
        return Cluster.await(call.get());
      } catch (StoreFault e) {
        assertThat(e.unknown()).isTrue();
      }
    }
  }

  @Test
  void leavesInOrderAndTellsTheOthers() throws StartFault {
    cluster = Cluster.of(2);
    List<Integer> seen = new CopyOnWriteArrayList<>();
    HazelcastStore stays = cluster.store(0);
    stays.onMembers(() -> seen.add(stays.members().size()));
    for (int i = 0; i < 40; i++) {
      Cluster.await(cluster.store(1).write(Notes.NOTES, "k" + i, new Note("a", i)));
    }
    long start = System.nanoTime();
    cluster.node(1).member().close();
    System.out.printf("orderly end ms=%d%n", (System.nanoTime() - start) / 1_000_000);
    Cluster.until(() -> seen.contains(1));
    assertThat(cluster.node(1).member().running()).isFalse();
    assertThat(cluster.node(1).member().members()).containsExactly(Cluster.id(1));
    assertThat(Cluster.await(stays.readAll(Notes.NOTES))).hasSize(40);
    Throwable after = catchThrowable(() -> Cluster.await(cluster.store(1).read(Notes.NOTES, "k1")));
    assertThat(after).isInstanceOf(StoreFault.class);
    cluster.node(1).member().close();
  }

  @Test
  void theRowsOfTheLargerPartCountAfterAMerge() throws StartFault {
    cluster = Cluster.of(3);
    cluster.safe();
    Cluster.await(cluster.store(0).write(Notes.NOTES, "both", new Note("before", 0)));
    Cluster.await(cluster.store(0).write(Notes.NOTES, "gone", new Note("before", 0)));

    cut(0, 2);
    cut(1, 2);
    cut(2, 0);
    cut(2, 1);
    Cluster.until(
        () ->
            cluster.store(0).members().size() == 2
                && cluster.store(1).members().size() == 2
                && cluster.store(2).members().size() == 1);
    List<Integer> told = new CopyOnWriteArrayList<>();
    cluster.store(2).onMembers(() -> told.add(cluster.store(2).members().size()));
    HazelcastStore smaller = cluster.store(2);
    HazelcastStore larger = cluster.store(0);
    again(() -> smaller.write(Notes.NOTES, "both", new Note("smaller", 1)));
    again(() -> smaller.write(Notes.NOTES, "only-smaller", new Note("smaller", 1)));
    again(() -> larger.write(Notes.NOTES, "both", new Note("larger", 1)));
    again(() -> larger.write(Notes.NOTES, "only-larger", new Note("larger", 1)));
    again(() -> larger.remove(Notes.NOTES, "gone"));

    long start = System.nanoTime();
    Cluster.until(() -> cluster.store(2).members().size() == 3 && told.contains(3));
    System.out.printf("merged ms=%d%n", (System.nanoTime() - start) / 1_000_000);
    assertThat(cluster.store(2).members())
        .containsExactly(Cluster.id(0), Cluster.id(1), Cluster.id(2));
    Map<String, Note> expected =
        Map.of("both", new Note("larger", 1), "only-larger", new Note("larger", 1));
    for (int i = 0; i < 3; i++) {
      int member = i;
      Cluster.until(
          () -> Cluster.await(cluster.store(member).readAll(Notes.NOTES)).equals(expected));
    }
    List<String> hints = new CopyOnWriteArrayList<>();
    cluster.store(2).onChange(Notes.NOTES, hints::add);
    Cluster.await(cluster.store(0).step(Notes.NOTES, "both", new Notes.Put(new Note("again", 2))));
    assertThat(Cluster.await(cluster.store(2).read(Notes.NOTES, "both")).number()).isEqualTo(2);
    Cluster.until(() -> hints.contains("both"));
  }

  /** One member gives another up, as when it heard nothing of it for long. */
  private void cut(int from, int to) {
    HazelcastInstanceProxy here = (HazelcastInstanceProxy) cluster.node(from).member().hazelcast();
    Member there = cluster.node(to).member().hazelcast().getCluster().getLocalMember();
    ClusterServiceImpl service = here.getOriginal().node.getClusterService();
    var known = service.getMember(there.getUuid());
    if (known != null) {
      service.suspectMember(known, "cut by the test", true);
    }
  }

  @Test
  void carriesAClusteredVertx() throws StartFault {
    cluster = Cluster.of(2);
    List<Vertx> all = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < 2; i++) {
      all.add(
          Cluster.await(
              ClusteredVertx.start(
                  cluster.node(i).member(), new HostPort("127.0.0.1", 0), new VertxOptions())));
    }
    System.out.printf("two clustered Vertx ms=%d%n", (System.nanoTime() - start) / 1_000_000);
    Cluster.await(
        all.get(0).eventBus().<String>consumer("echo", m -> m.reply(m.body() + "!")).completion());
    Object body = Cluster.await(all.get(1).eventBus().request("echo", "hello")).body();
    assertThat(body).isEqualTo("hello!");
    Cluster.await(all.get(1).close());
    assertThat(cluster.node(1).member().running()).isTrue();
    Cluster.await(all.get(0).close());
  }
}
