package dev.holdfast.store.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.store.Notes;
import dev.holdfast.store.Store;
import dev.holdfast.store.StoreContract;
import dev.holdfast.store.StoreFault;
import dev.holdfast.store.Table;
import dev.holdfast.words.NodeId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The contract on Hazelcast, and what only a store of several processes can show. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class HazelcastStoreContract extends StoreContract {
  private final int size;
  private Cluster cluster;

  HazelcastStoreContract(int size) {
    this.size = size;
  }

  @BeforeAll
  void start() throws StartFault {
    cluster = Cluster.of(size);
    cluster.safe();
  }

  @AfterAll
  void end() {
    cluster.close();
  }

  @Override
  protected int size() {
    return size;
  }

  @Override
  protected Store store(int member) {
    return cluster.store(member);
  }

  @Override
  protected NodeId id(int member) {
    return Cluster.id(member);
  }

  @Override
  protected <T> T await(Future<T> future) {
    return Cluster.await(future);
  }

  @Override
  protected void until(BooleanSupplier condition) {
    Cluster.until(condition);
  }

  @Override
  protected void onLoop(int member, Runnable task) {
    cluster.node(member).loop().execute(task);
  }

  @Override
  protected void together(List<Runnable> tasks) {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    List<CompletableFuture<Void>> running = new ArrayList<>();
    tasks.forEach(task -> running.add(CompletableFuture.runAsync(task, threads)));
    running.forEach(CompletableFuture::join);
    threads.shutdown();
  }

  @Test
  void completesAndHintsOnTheLoop() {
    List<String> threads = new CopyOnWriteArrayList<>();
    Store store = store(0);
    Store.Subscription hints =
        store.onChange(Notes.OTHERS, key -> threads.add(Thread.currentThread().getName()));
    onLoop(
        0,
        () ->
            store
                .write(Notes.OTHERS, "loop", new Notes.Note("a", 1))
                .onComplete(done -> threads.add(Thread.currentThread().getName())));
    until(() -> threads.size() == 2);
    hints.cancel();
    assertThat(threads).containsOnly("loop-0");
  }

  @Test
  void refusesTablesAndStepsThatNobodyNamed() {
    Throwable table =
        catchThrowable(() -> await(store(0).read(new Table<>("nowhere", Notes.Note.class), "k")));
    assertThat(table).isInstanceOf(StoreFault.class).hasMessageContaining("nowhere");
    Throwable step =
        catchThrowable(() -> await(store(0).step(Notes.NOTES, "k", new Notes.Stranger(1))));
    assertThat(step).isInstanceOf(StoreFault.class).hasMessageContaining("Stranger");
    assertThatThrownBy(() -> StepTypes.of(List.of(String.class)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void countsItsCalls() {
    HazelcastStore store = cluster.store(0);
    long before = store.calls().total();
    await(store.step(Notes.OTHERS, "counted", new Notes.Count(0)));
    await(store.read(Notes.OTHERS, "counted"));
    assertThat(store.calls().total() - before).isEqualTo(2);
    assertThat(store.calls().counts())
        .containsKeys(
            new StoreCalls.Call("Count", "other-notes"),
            new StoreCalls.Call("read", "other-notes"));
  }
}
