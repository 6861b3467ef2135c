package dev.holdfast.admin;

import dev.holdfast.chronicle.Happening;
import java.util.List;
import java.util.function.Consumer;

/** What happened in the cluster, the same on every node. Any thread; answers at once. */
public interface Events {
  /** What happened after an id, the oldest first; bounded, so early ones may be forgotten. */
  List<Happening> after(long id);

  /**
   * Calls back with what happens from now on, on a thread of the node: the listener only hands on.
   */
  void onNews(Consumer<List<Happening>> listener);
}
