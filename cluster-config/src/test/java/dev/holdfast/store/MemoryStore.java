package dev.holdfast.store;

import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** One node's door to a {@link MemoryCloud}. */
public final class MemoryStore implements Store {
  private final MemoryCloud cloud;
  private final NodeId self;
  private final ControlLoop loop;
  final Map<String, List<BiConsumer<String, byte[]>>> listeners = new TreeMap<>();
  final List<Runnable> memberListeners = new CopyOnWriteArrayList<>();

  MemoryStore(MemoryCloud cloud, NodeId self, ControlLoop loop) {
    this.cloud = cloud;
    this.self = self;
    this.loop = loop;
  }

  @Override
  public <V> Future<V> read(Table<V> table, String key) {
    return call(
        "read " + table.name() + "/" + key,
        () -> {
          byte[] row = cloud.rows(self, table.name()).get(key);
          return row == null ? null : Rows.value(row, table.type());
        });
  }

  @Override
  public <V> Future<Map<String, V>> readAll(Table<V> table) {
    return call(
        "readAll " + table.name(),
        () -> {
          Map<String, V> all = new TreeMap<>();
          cloud
              .rows(self, table.name())
              .forEach((k, row) -> all.put(k, Rows.value(row, table.type())));
          return all;
        });
  }

  @Override
  public Future<Set<String>> keys(Table<?> table) {
    return call("keys " + table.name(), () -> Set.copyOf(cloud.rows(self, table.name()).keySet()));
  }

  @Override
  public <V> Future<Void> write(Table<V> table, String key, V row) {
    String label = "write " + table.name() + "/" + key;
    byte[] bytes;
    try {
      bytes = Rows.bytes(Objects.requireNonNull(row, "row"));
    } catch (RuntimeException e) {
      return failed(new StoreFault(label, String.valueOf(e), false, e));
    }
    return call(
        label,
        () -> {
          cloud.put(self, table.name(), key, bytes);
          return null;
        });
  }

  @Override
  public Future<Void> remove(Table<?> table, String key) {
    return call(
        "remove " + table.name() + "/" + key,
        () -> {
          cloud.put(self, table.name(), key, null);
          return null;
        });
  }

  @Override
  public <V, R> Future<R> step(Table<V> table, String key, Step<V, R> step) {
    String label = "step " + step.getClass().getSimpleName() + " " + table.name() + "/" + key;
    Step<V, R> copy;
    try {
      copy = copy(step);
    } catch (RuntimeException e) {
      return failed(new StoreFault(label, String.valueOf(e), false, e));
    }
    return call(label, () -> cloud.apply(self, table, key, copy));
  }

  private <T> Future<T> failed(StoreFault fault) {
    Promise<T> promise = Promise.promise();
    loop.execute(() -> promise.fail(fault));
    return promise.future();
  }

  @SuppressWarnings("unchecked")
  private static <S> S copy(S step) {
    return (S) Rows.value(Rows.bytes(step), step.getClass());
  }

  @Override
  public Subscription listen(Table<?> table, BiConsumer<String, byte[]> told) {
    List<BiConsumer<String, byte[]>> all =
        listeners.computeIfAbsent(table.name(), name -> new CopyOnWriteArrayList<>());
    all.add(told);
    return () -> all.remove(told);
  }

  @Override
  public List<NodeId> members() {
    return cloud.members(self);
  }

  @Override
  public Subscription onMembers(Runnable changed) {
    memberListeners.add(changed);
    return () -> memberListeners.remove(changed);
  }

  ControlLoop loop() {
    return loop;
  }

  NodeId self() {
    return self;
  }

  private <T> Future<T> call(String label, Supplier<T> effect) {
    Promise<T> promise = Promise.promise();
    Function<Supplier<T>, Runnable> answer =
        result ->
            () -> {
              try {
                promise.tryComplete(result.get());
              } catch (StoreFault e) {
                promise.tryFail(e);
              } catch (RuntimeException e) {
                promise.tryFail(new StoreFault(label, String.valueOf(e), false, e));
              }
            };
    cloud.call(this, label, effect, answer, () -> promise.tryFail(new StoreLostException(label)));
    return promise.future();
  }

  /** The store did not answer: the call may have taken effect or not. */
  public static final class StoreLostException extends StoreFault {
    private static final long serialVersionUID = 1L;

    StoreLostException(String label) {
      super(label, "no answer", true, null);
    }
  }
}
