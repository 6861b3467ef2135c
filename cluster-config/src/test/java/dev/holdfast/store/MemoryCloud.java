package dev.holdfast.store;

import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The store in memory, shared by the nodes of a test. One thread.
 *
 * <p>In automatic mode every call takes effect at once and is answered by a task on the caller's
 * loop. In manual mode a call waits in {@link #pending} as two events, effect and answer, that the
 * test runs in any order it likes, twice, or never; hints wait there too.
 */
public final class MemoryCloud {
  /** Something that waits to happen: the test runs it, drops it, or (an effect) runs it twice. */
  public final class Event {
    private final NodeId node;
    private final String label;
    private final Runnable run;
    private final Runnable lost;

    Event(NodeId node, String label, Runnable run, Runnable lost) {
      this.node = node;
      this.label = label;
      this.run = run;
      this.lost = lost;
    }

    /** The node that called, or that is told. */
    public NodeId node() {
      return node;
    }

    /** What it is, for the trace. */
    public String label() {
      return label;
    }

    /** Lets it happen and takes it off the list. */
    public void run() {
      pending.remove(this);
      run.run();
    }

    /** Lets it happen and leaves it on the list, to happen again later. */
    public void runAndKeep() {
      run.run();
    }

    /** It is lost: the caller is told that nobody knows. */
    public void lose() {
      pending.remove(this);
      lost.run();
    }
  }

  /** A part of the store: nodes with rows and an owner of their own. */
  private static final class Part {
    final Map<String, TreeMap<String, byte[]>> tables = new TreeMap<>();
    Map<Class<?>, Object> memory = new HashMap<>();
    boolean aware = true;

    TreeMap<String, byte[]> rows(String table) {
      return tables.computeIfAbsent(table, name -> new TreeMap<>());
    }
  }

  private final Part main = new Part();
  private final Map<NodeId, Part> apart = new HashMap<>();
  private final List<MemoryStore> stores = new ArrayList<>();
  private final List<NodeId> members = new ArrayList<>();
  private final List<Event> pending = new ArrayList<>();
  private boolean manual;

  /** A node joins. */
  public MemoryStore join(NodeId self, ControlLoop loop) {
    MemoryStore store = new MemoryStore(this, self, loop);
    stores.add(store);
    members.add(self);
    membersChanged();
    return store;
  }

  /** A node is no longer a member; its calls under way are lost. */
  public void leave(NodeId self) {
    members.remove(self);
    stores.removeIf(store -> store.self().equals(self));
    pending.removeIf(event -> event.node().equals(self));
    membersChanged();
  }

  /**
   * The store splits: these nodes go on with a copy of the rows, and the others with theirs.
   *
   * @param owner the owner of all keys is on their side, and the others have a new one; else the
   *     other way round
   * @param aware they see that the others are no members any more; the others see it anyway
   */
  public void split(Set<NodeId> side, boolean owner, boolean aware) {
    Part part = new Part();
    main.tables.forEach((name, rows) -> part.tables.put(name, new TreeMap<>(rows)));
    if (owner) {
      part.memory = main.memory;
      main.memory = new HashMap<>();
    }
    part.aware = aware;
    side.forEach(id -> apart.put(id, part));
    membersChanged();
  }

  /** The parts merge; what was written apart is gone. */
  public void merge() {
    apart.clear();
    membersChanged();
  }

  private Part part(NodeId self) {
    return apart.getOrDefault(self, main);
  }

  /** From now on calls wait in {@link #pending}. */
  public void manual() {
    manual = true;
  }

  /** From now on calls take effect at once; what waits stays. */
  public void automatic() {
    manual = false;
  }

  /** What waits to happen, oldest first; a copy. */
  public List<Event> pending() {
    return List.copyOf(pending);
  }

  /** The owner of every key loses its memory, as when another process takes over. */
  public void forgetOwner() {
    main.memory.clear();
  }

  /** All rows of a table are lost. */
  public void lose(Table<?> table) {
    main.tables.remove(table.name());
    main.memory.clear();
  }

  List<NodeId> members(NodeId self) {
    Part part = part(self);
    return members.stream().filter(id -> !part.aware || part(id) == part).toList();
  }

  /** The bytes of a row, or null. */
  public byte[] row(String table, String key) {
    return main.rows(table).get(key);
  }

  /** The keys of the rows of a table; a copy. */
  public Set<String> keys(String table) {
    return Set.copyOf(main.rows(table).keySet());
  }

  TreeMap<String, byte[]> rows(NodeId self, String table) {
    return part(self).rows(table);
  }

  /** Writes a row, or removes it if null, and hints all nodes. */
  public void put(String table, String key, byte[] row) {
    put(main, table, key, row);
  }

  void put(NodeId self, String table, String key, byte[] row) {
    put(part(self), table, key, row);
  }

  private void put(Part part, String table, String key, byte[] row) {
    if (row == null) {
      part.rows(table).remove(key);
    } else {
      part.rows(table).put(key, row);
    }
    for (MemoryStore store : List.copyOf(stores)) {
      if (part(store.self()) != part) {
        continue;
      }
      for (var listener : store.listeners.getOrDefault(table, List.of())) {
        schedule(store, "hint " + table + "/" + key, () -> listener.accept(key, row), () -> {});
      }
    }
  }

  /** The memory that the steps see which a node asks for: that of all nodes of its part. */
  public Step.Owner owner(NodeId self) {
    return new Step.Owner() {
      @Override
      public <T> T memory(Class<T> type, Supplier<T> initial) {
        return type.cast(part(self).memory.computeIfAbsent(type, key -> initial.get()));
      }
    };
  }

  <V, R> R apply(NodeId self, Table<V> table, String key, Step<V, R> step) {
    byte[] before = rows(self, table.name()).get(key);
    Step.Outcome<V, R> outcome =
        step.apply(before == null ? null : Rows.value(before, table.type()), owner(self));
    switch (outcome.kind()) {
      case KEEP -> {}
      case WRITE -> put(self, table.name(), key, Rows.bytes(outcome.row()));
      case REMOVE -> put(self, table.name(), key, null);
    }
    return copy(outcome.answer());
  }

  @SuppressWarnings("unchecked")
  private static <R> R copy(R answer) {
    return answer == null ? null : (R) Rows.value(Rows.bytes(answer), answer.getClass());
  }

  <T> void call(
      MemoryStore store,
      String label,
      Supplier<T> effect,
      Function<Supplier<T>, Runnable> answer,
      Runnable lost) {
    if (!stores.contains(store)) {
      store.loop().execute(lost);
      return;
    }
    Runnable run =
        () -> {
          Supplier<T> result;
          try {
            T value = effect.get();
            result = () -> value;
          } catch (RuntimeException e) {
            result =
                () -> {
                  throw e;
                };
          }
          schedule(store, "answer " + label, answer.apply(result), lost);
        };
    if (manual) {
      pending.add(new Event(store.self(), label, run, lost));
    } else {
      run.run();
    }
  }

  private void schedule(MemoryStore store, String label, Runnable task, Runnable lost) {
    Runnable run = () -> store.loop().execute(task);
    if (manual) {
      pending.add(new Event(store.self(), label, run, lost));
    } else {
      run.run();
    }
  }

  private void membersChanged() {
    for (MemoryStore store : List.copyOf(stores)) {
      store.memberListeners.forEach(listener -> store.loop().execute(listener));
    }
  }
}
