package dev.holdfast.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.store.Notes.Note;
import dev.holdfast.words.NodeId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store keeps to. Each test uses keys of its own, so that one store serves all. */
public abstract class StoreContract {
  private static final AtomicInteger KEYS = new AtomicInteger();

  private String key;

  @BeforeEach
  void takeKey() {
    key = "key-" + KEYS.incrementAndGet();
  }

  /** How many members there are, oldest first. */
  protected abstract int size();

  /** The store as one of the members has it. */
  protected abstract Store store(int member);

  /** Who a member is. */
  protected abstract NodeId id(int member);

  /** Waits for a future, with a bound; throws what it failed with. */
  protected abstract <T> T await(Future<T> future);

  /** Waits until something holds, with a bound. */
  protected abstract void until(BooleanSupplier condition);

  /** Runs the tasks side by side, or after each other where there is only one thread. */
  protected abstract void together(List<Runnable> tasks);

  /** Runs a task on the loop of a member. */
  protected abstract void onLoop(int member, Runnable task);

  private Store first() {
    return store(0);
  }

  private Store last() {
    return store(size() - 1);
  }

  @Test
  void readsNullWhereThereIsNoRow() {
    assertThat((Object) await(first().read(Notes.NOTES, key))).isNull();
  }

  @Test
  void everybodyReadsWhatOneWrote() {
    await(first().write(Notes.NOTES, key, new Note("a", 1)));
    for (int i = 0; i < size(); i++) {
      assertThat(await(store(i).read(Notes.NOTES, key))).isEqualTo(new Note("a", 1));
    }
    await(last().write(Notes.NOTES, key, new Note("b", 2)));
    assertThat(await(first().read(Notes.NOTES, key))).isEqualTo(new Note("b", 2));
  }

  @Test
  void removesARowAndDoesNotMindIfThereIsNone() {
    await(first().write(Notes.NOTES, key, new Note("a", 1)));
    await(last().remove(Notes.NOTES, key));
    await(last().remove(Notes.NOTES, key));
    assertThat((Object) await(first().read(Notes.NOTES, key))).isNull();
  }

  @Test
  void readsAllRowsOfOneTableInOrderOfKeys() {
    await(first().write(Notes.OTHERS, key + "-b", new Note("b", 2)));
    await(last().write(Notes.OTHERS, key + "-a", new Note("a", 1)));
    await(first().write(Notes.NOTES, key + "-c", new Note("c", 3)));
    Map<String, Note> all = await(last().readAll(Notes.OTHERS));
    assertThat(List.copyOf(all.keySet()))
        .isSorted()
        .contains(key + "-a", key + "-b")
        .doesNotContain(key + "-c");
    assertThat(all).containsEntry(key + "-a", new Note("a", 1));
    assertThat(await(first().keys(Notes.OTHERS))).isEqualTo(all.keySet());
  }

  @Test
  void aStepWritesAndAnswers() {
    assertThat((Object) await(first().step(Notes.NOTES, key, new Notes.Put(new Note("a", 1)))))
        .isNull();
    assertThat(await(last().step(Notes.NOTES, key, new Notes.Put(new Note("b", 2)))))
        .isEqualTo(new Note("a", 1));
    assertThat(await(first().read(Notes.NOTES, key))).isEqualTo(new Note("b", 2));
  }

  @Test
  void aStepKeeps() {
    await(first().write(Notes.NOTES, key, new Note("a", 1)));
    assertThat(await(last().step(Notes.NOTES, key, new Notes.Look(0)))).isEqualTo(new Note("a", 1));
    assertThat(await(last().read(Notes.NOTES, key))).isEqualTo(new Note("a", 1));
  }

  @Test
  void aStepThatKeepsNothingLeavesNothing() {
    assertThat((Object) await(last().step(Notes.NOTES, key, new Notes.Look(0)))).isNull();
    assertThat(await(first().readAll(Notes.NOTES))).doesNotContainKey(key);
  }

  @Test
  void aStepRemoves() {
    await(first().write(Notes.NOTES, key, new Note("a", 1)));
    assertThat(await(last().step(Notes.NOTES, key, new Notes.Drop(0)))).isEqualTo(new Note("a", 1));
    assertThat((Object) await(last().step(Notes.NOTES, key, new Notes.Drop(0)))).isNull();
    assertThat(await(first().readAll(Notes.NOTES))).doesNotContainKey(key);
  }

  @Test
  void aStepThatFailsLeavesTheRowAndSaysWhy() {
    await(first().write(Notes.NOTES, key, new Note("a", 1)));
    Throwable failure =
        catchThrowable(() -> await(last().step(Notes.NOTES, key, new Notes.Break("snapped"))));
    assertThat(failure).isInstanceOf(StoreFault.class).hasMessageContaining("snapped");
    assertThat(((StoreFault) failure).unknown()).isFalse();
    assertThat(await(first().read(Notes.NOTES, key))).isEqualTo(new Note("a", 1));
  }

  @Test
  void theOwnerRemembersBetweenSteps() {
    int before = await(first().step(Notes.NOTES, key, new Notes.Count(0)));
    assertThat(await(last().step(Notes.NOTES, key, new Notes.Count(0)))).isGreaterThan(before);
  }

  @Test
  void carriesLargeRows() {
    Note large = new Note("x".repeat(256 * 1024), 1);
    await(first().write(Notes.NOTES, key, large));
    assertThat(await(last().step(Notes.NOTES, key, new Notes.Look(0)))).isEqualTo(large);
    await(last().step(Notes.NOTES, key, new Notes.Put(new Note("y".repeat(256 * 1024), 2))));
    assertThat(await(first().read(Notes.NOTES, key)).number()).isEqualTo(2);
    await(first().remove(Notes.NOTES, key));
  }

  @Test
  void ignoresFieldsOfALaterVersion() {
    Notes.LaterNote later = new Notes.LaterNote("a", 1, List.of("new"));
    await(first().write(Notes.LATER_NOTES, key, later));
    assertThat(await(last().read(Notes.NOTES, key))).isEqualTo(new Note("a", 1));
    assertThat(await(last().step(Notes.NOTES, key, new Notes.Look(0)))).isEqualTo(new Note("a", 1));
    await(first().remove(Notes.NOTES, key));
  }

  @Test
  void hintsEverybodyAtEachKindOfChangeUntilCancelled() {
    List<List<String>> heard = new ArrayList<>();
    List<Store.Subscription> subscriptions = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      List<String> mine = new CopyOnWriteArrayList<>();
      heard.add(mine);
      subscriptions.add(
          store(i)
              .onChange(
                  Notes.NOTES,
                  changed -> {
                    if (changed.equals(key)) {
                      mine.add(changed);
                    }
                  }));
    }
    await(last().write(Notes.NOTES, key, new Note("a", 1)));
    until(() -> heard.stream().allMatch(mine -> mine.size() >= 1));
    await(first().step(Notes.NOTES, key, new Notes.Put(new Note("b", 2))));
    until(() -> heard.stream().allMatch(mine -> mine.size() >= 2));
    await(last().remove(Notes.NOTES, key));
    until(() -> heard.stream().allMatch(mine -> mine.size() >= 3));

    subscriptions.get(0).cancel();
    await(first().write(Notes.NOTES, key, new Note("c", 3)));
    for (List<String> mine : heard.subList(1, heard.size())) {
      until(() -> mine.size() >= 4);
    }
    assertThat(heard.get(0)).hasSize(3);
  }

  @Test
  void tellsEverybodyTheRowThatWasWritten() {
    List<List<Note>> heard = new ArrayList<>();
    List<Store.Subscription> subscriptions = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      List<Note> mine = new CopyOnWriteArrayList<>();
      heard.add(mine);
      subscriptions.add(
          store(i)
              .onRow(
                  Notes.OTHERS,
                  (changed, row) -> {
                    if (changed.equals(key)) {
                      mine.add(row);
                    }
                  }));
    }
    await(last().write(Notes.OTHERS, key, new Note("a", 1)));
    await(first().remove(Notes.OTHERS, key));
    await(first().write(Notes.OTHERS, key, new Note("b", 2)));
    for (List<Note> mine : heard) {
      until(() -> mine.contains(new Note("a", 1)) && mine.contains(new Note("b", 2)));
      assertThat(mine).doesNotContainNull();
    }
    subscriptions.forEach(Store.Subscription::cancel);
  }

  @Test
  void subscribesToNothingThatATableDoesNotTell() {
    assertThat(catchThrowable(() -> first().onChange(Notes.QUIET, changed -> {})))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(catchThrowable(() -> first().onRow(Notes.NOTES, (changed, row) -> {})))
        .isInstanceOf(IllegalArgumentException.class);
    await(first().write(Notes.QUIET, key, new Note("a", 1)));
    assertThat(await(last().read(Notes.QUIET, key))).isEqualTo(new Note("a", 1));
  }

  @Test
  void readsARowAgainThatIsWrittenAgain() {
    for (String text : List.of("a", "a", "b", "a")) {
      await(first().write(Notes.NOTES, key, new Note(text, 1)));
      assertThat(await(last().read(Notes.NOTES, key))).isEqualTo(new Note(text, 1));
      assertThat(await(last().readAll(Notes.NOTES))).containsEntry(key, new Note(text, 1));
    }
  }

  @Test
  void listsTheMembersOldestFirst() {
    List<NodeId> all = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      all.add(id(i));
    }
    for (int i = 0; i < size(); i++) {
      assertThat(store(i).members()).isEqualTo(all);
    }
  }

  @Test
  void appliesEveryStepOfAllMembersOnOneKey() {
    int each = 200;
    List<Runnable> tasks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Store store = store(i % size());
      String by = "member-" + i;
      tasks.add(() -> advance(store, by, each));
    }
    together(tasks);
    assertThat(await(first().read(Notes.NOTES, key)).number()).isEqualTo(3 * each);
  }

  /** Compare-and-set from the row that the last answer showed, as the callers of the store do. */
  private void advance(Store store, String by, int times) {
    int expected = 0;
    int done = 0;
    int attempt = 0;
    while (done < times) {
      String mark = by + "-" + done + "-" + attempt++;
      Note after = await(store.step(Notes.NOTES, key, new Notes.Advance(expected, mark)));
      if (after.text().equals(mark)) {
        done++;
      }
      expected = after.number();
    }
  }

  @Test
  void neverThrowsButFails() {
    Future<Void> future = first().write(Notes.NOTES, key, null);
    assertThat(catchThrowable(() -> await(future))).isInstanceOf(StoreFault.class);
  }

  @Test
  void completesAsATaskOfItsOwnOnTheLoop() {
    List<String> order = new CopyOnWriteArrayList<>();
    onLoop(
        0,
        () -> {
          first().read(Notes.NOTES, key).onComplete(done -> order.add("completed"));
          order.add("returned");
        });
    until(() -> order.size() == 2);
    assertThat(order).containsExactly("returned", "completed");
  }
}
