package dev.holdfast.gateway.node;

import dev.holdfast.admin.Events;
import dev.holdfast.chronicle.Chronicle;
import dev.holdfast.chronicle.Happening;
import java.util.List;
import java.util.function.Consumer;

/**
 * What happened, as the chronicle of this node has it.
 *
 * @param chronicle that follows the list
 */
record NodeEvents(Chronicle chronicle) implements Events {
  @Override
  public List<Happening> after(long id) {
    return chronicle.book().after(id);
  }

  @Override
  public void onNews(Consumer<List<Happening>> listener) {
    chronicle.onNews(listener);
  }
}
