package dev.holdfast.admin;

import dev.holdfast.chronicle.Happening;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Events 1 to 3, and more when the test says so. */
public final class FakeEvents implements Events {
  private final List<Happening> all = Collections.synchronizedList(new ArrayList<>());
  private final List<Consumer<List<Happening>>> listeners = new CopyOnWriteArrayList<>();

  FakeEvents() {
    for (int i = 1; i <= 3; i++) {
      all.add(happening(i, null, ""));
    }
  }

  private static Happening happening(long id, String by, String more) {
    return new Happening(
        id,
        1_795_800_000_000L + id,
        "server",
        "health/chat/app-" + id,
        "DOWN",
        "server chat/app-" + id + " is DOWN (0 of 3 nodes say up)" + more,
        by);
  }

  /** One more. */
  public void happen() {
    happen("");
  }

  /** One more that ends with a text. */
  public void happen(String more) {
    Happening one = happening(all.size() + 1, "ann", more);
    all.add(one);
    listeners.forEach(listener -> listener.accept(List.of(one)));
  }

  @Override
  public List<Happening> after(long id) {
    List<Happening> later = new ArrayList<>();
    synchronized (all) {
      later.addAll(all);
    }
    later.removeIf(one -> one.id() <= id);
    return later;
  }

  @Override
  public void onNews(Consumer<List<Happening>> listener) {
    listeners.add(listener);
  }
}
