package dev.holdfast.store.hazelcast;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.OperationTimeoutException;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import dev.holdfast.store.Rows;
import dev.holdfast.store.Step;
import dev.holdfast.store.Store;
import dev.holdfast.store.StoreFault;
import dev.holdfast.store.Table;
import dev.holdfast.store.Table.Tells;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store on a Hazelcast member. Calls of tables or steps that were not named at the start fail;
 * every failure is a {@link StoreFault}.
 */
public final class HazelcastStore implements Store, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HazelcastStore.class);
  private static final int WAITING_READERS = 1000;

  /** How often members that do not answer are asked, each time for as long as a call may take. */
  private static final int OPENINGS = 4;

  /** How long a call that was under way when a member went may still be answered. */
  private static final Duration PATIENCE = Duration.ofMillis(250);

  private final StoreMember member;
  private final ControlLoop loop;
  private final Owner owner;
  private final StepTypes steps;
  private final Map<String, Rowset> tables = new HashMap<>();
  private final StoreCalls calls = new StoreCalls();
  private final ThreadPoolExecutor reader;
  private final Set<Runnable> underWay = ConcurrentHashMap.newKeySet();
  private final Subscription departures;
  private Set<NodeId> present; // control loop

  /** One table: its map, who wants hints, and what was read of it. */
  private record Rowset(
      IMap<String, byte[]> map,
      List<BiConsumer<String, byte @Nullable []>> listeners,
      LastRead lastRead)
      implements EntryAddedListener<String, byte[]>,
          EntryUpdatedListener<String, byte[]>,
          EntryRemovedListener<String, byte[]>,
          EntryMergedListener<String, byte[]> {
    private void hint(EntryEvent<String, byte[]> event) {
      listeners.forEach(listener -> listener.accept(event.getKey(), event.getValue()));
    }

    @Override
    public void entryAdded(EntryEvent<String, byte[]> event) {
      hint(event);
    }

    @Override
    public void entryUpdated(EntryEvent<String, byte[]> event) {
      hint(event);
    }

    @Override
    public void entryRemoved(EntryEvent<String, byte[]> event) {
      hint(event);
    }

    @Override
    public void entryMerged(EntryEvent<String, byte[]> event) {
      hint(event);
    }
  }

  /**
   * Opens the tables. Blocks: each table costs a round through the members.
   *
   * @param member the member of this process, which stays the caller's to close
   * @param loop where futures complete and hints arrive
   * @param tables all tables that will be used
   */
  public HazelcastStore(
      StoreMember member, ControlLoop loop, Collection<? extends Table<?>> tables) {
    this.member = member;
    this.loop = loop;
    this.owner = (Owner) member.hazelcast().getUserContext().get(Owner.KEY);
    this.steps = owner.types();
    for (Table<?> table : tables) {
      this.tables.put(table.name(), open(member, table));
    }
    present = Set.copyOf(member.members());
    departures = onMembers(this::departed);
    reader =
        new ThreadPoolExecutor(
            0,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_READERS),
            task -> {
              Thread thread = new Thread(task, "store-reader");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Opens a table with all members. Those that are busy, because many start at once, are asked
   * again; a listener that is registered twice only makes its hints come twice.
   */
  private static Rowset open(StoreMember member, Table<?> table) {
    for (int attempt = 1; ; attempt++) {
      try {
        Rowset rows =
            new Rowset(
                member.hazelcast().getMap(MemberConfig.TABLE_PREFIX + table.name()),
                new CopyOnWriteArrayList<>(),
                new LastRead());
        if (table.tells() != Tells.NOTHING) {
          rows.map().addEntryListener(rows, table.tells() == Tells.ROW);
        }
        return rows;
      } catch (OperationTimeoutException e) {
        if (attempt == OPENINGS) {
          String why = "the other members are too busy to answer";
          throw new StoreFault("open " + table.name(), why, false, e);
        }
        LOG.warn("The other members are busy, asking again table={}", table.name());
      }
    }
  }

  /** The memory of this process that steps see when they run here. */
  public Step.Owner owner() {
    return owner;
  }

  /** The calls made so far. */
  public StoreCalls calls() {
    return calls;
  }

  @Override
  public <V> Future<@Nullable V> read(Table<V> table, String key) {
    return call(
        "read",
        table,
        key,
        () -> rows(table).map().getAsync(key),
        row -> row == null ? null : value(table, key, row));
  }

  @Override
  public <V> Future<Map<String, V>> readAll(Table<V> table) {
    return call(
        "readAll",
        table,
        "*",
        () -> {
          IMap<String, byte[]> map = rows(table).map();
          return CompletableFuture.supplyAsync(map::entrySet, reader);
        },
        entries -> {
          Map<String, V> all = new TreeMap<>();
          entries.forEach(e -> all.put(e.getKey(), value(table, e.getKey(), e.getValue())));
          return all;
        });
  }

  private <V> V value(Table<V> table, String key, byte[] row) {
    return table.tells() == Tells.KEY // else it is read seldom, or says another thing each time
        ? rows(table).lastRead().value(key, row, table.type())
        : Rows.value(row, table.type());
  }

  @Override
  public Future<Set<String>> keys(Table<?> table) {
    return call(
        "keys",
        table,
        "*",
        () -> {
          IMap<String, byte[]> map = rows(table).map();
          return CompletableFuture.supplyAsync(map::keySet, reader);
        },
        Set::copyOf);
  }

  @Override
  public <V> Future<Void> write(Table<V> table, String key, V row) {
    return call(
        "write",
        table,
        key,
        () -> rows(table).map().setAsync(key, Rows.bytes(Objects.requireNonNull(row, "row"))),
        done -> null);
  }

  @Override
  public Future<Void> remove(Table<?> table, String key) {
    return call("remove", table, key, () -> rows(table).map().deleteAsync(key), done -> null);
  }

  @Override
  public <V, R> Future<@Nullable R> step(Table<V> table, String key, Step<V, R> step) {
    StepTypes.Type type;
    try {
      type = steps.of(step);
    } catch (IllegalArgumentException e) {
      return failed(new StoreFault("step " + table.name() + "/" + key, e.getMessage(), false, e));
    }
    return call(
        type.name(),
        table,
        key,
        () -> rows(table).map().submitToKey(key, new StepProcessor(type.name(), Rows.bytes(step))),
        answer -> {
          String failure = StepAnswer.failure(answer);
          if (failure != null) {
            String what = what(type.name(), table, key);
            throw new StoreFault(what, "the owner says: " + failure, false, null);
          }
          @SuppressWarnings("unchecked")
          Class<R> answerType = (Class<R>) type.answer();
          return StepAnswer.value(answer, answerType);
        });
  }

  @Override
  public Subscription listen(Table<?> table, BiConsumer<String, byte @Nullable []> told) {
    BiConsumer<String, byte @Nullable []> hop =
        (key, bytes) -> loop.execute(() -> told.accept(key, bytes));
    List<BiConsumer<String, byte @Nullable []>> listeners = rows(table).listeners();
    listeners.add(hop);
    return () -> listeners.remove(hop);
  }

  @Override
  public List<NodeId> members() {
    return member.members();
  }

  @Override
  public Subscription onMembers(Runnable changed) {
    return member.onMembers(() -> loop.execute(changed));
  }

  /**
   * A member is gone. Calls that were under way then may wait for its acknowledgement until
   * Hazelcast gives up, seconds later; those that are not answered shortly are given up here: as
   * every failure, "unknown".
   */
  private void departed() {
    Set<NodeId> now = Set.copyOf(member.members());
    boolean gone = !now.containsAll(present);
    present = now;
    if (gone) {
      List<Runnable> calls = List.copyOf(underWay);
      loop.after(PATIENCE, () -> calls.forEach(Runnable::run));
    }
  }

  /** Ends hints and reading; the member stays. Calls under way still complete. */
  @Override
  public void close() {
    departures.cancel();
    tables.values().forEach(rows -> rows.listeners().clear());
    reader.shutdown();
  }

  private Rowset rows(Table<?> table) {
    Rowset rows = tables.get(table.name());
    if (rows == null) {
      throw new IllegalArgumentException(
          "table: " + table.name() + " (expected: one of " + tables.keySet() + ")");
    }
    return rows;
  }

  /**
   * Makes a call and completes on the loop. Callbacks name the loop as their executor: Hazelcast
   * would else run them on a pool, or on a thread made for each.
   */
  private <A, T> Future<T> call(
      String operation,
      Table<?> table,
      String key,
      Supplier<CompletionStage<A>> invoke,
      Function<A, T> decode) {
    String what = what(operation, table, key);
    CompletionStage<A> stage;
    try {
      stage = invoke.get();
    } catch (IllegalArgumentException | UncheckedIOException | NullPointerException e) {
      return failed(new StoreFault(what, String.valueOf(e), false, e)); // it was never sent
    } catch (RuntimeException e) {
      return failed(fault(what, e));
    }
    calls.count(operation, table.name());
    Promise<T> promise = Promise.promise();
    Runnable giveUp =
        () -> promise.tryFail(new StoreFault(what, "a member is gone and it waits", true, null));
    underWay.add(giveUp);
    stage.whenCompleteAsync(
        (answer, failure) -> {
          underWay.remove(giveUp);
          if (failure != null) {
            promise.tryFail(fault(what, failure));
            return;
          }
          T value;
          try {
            value = decode.apply(answer);
          } catch (RuntimeException e) {
            promise.tryFail(fault(what, e));
            return;
          }
          promise.tryComplete(value);
        },
        loop);
    return promise.future();
  }

  private <T> Future<T> failed(StoreFault fault) {
    Promise<T> promise = Promise.promise();
    loop.execute(() -> promise.fail(fault));
    return promise.future();
  }

  private static String what(String operation, Table<?> table, String key) {
    return operation + " " + table.name() + "/" + key;
  }

  private static StoreFault fault(String what, Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof StoreFault known
        ? known
        : new StoreFault(what, String.valueOf(cause), true, cause);
  }
}
