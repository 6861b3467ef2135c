package dev.holdfast.gateway.node;

import dev.holdfast.admin.Events;
import dev.holdfast.chronicle.Chronicle;
import dev.holdfast.chronicle.Fact;
import dev.holdfast.chronicle.Happening;
import dev.holdfast.operations.Operation;
import java.util.List;
import java.util.function.Consumer;

/**
 * What happened, as the chronicle of this node has it.
 *
 * @param chronicle that follows the list
 */
record NodeEvents(Chronicle chronicle) implements Events {
  /** What is so of the operations that are known. */
  static List<Fact> facts(List<Operation> operations) {
    return operations.stream().map(NodeEvents::fact).toList();
  }

  private static Fact fact(Operation one) {
    String state = one.state().label();
    return new Fact(
        "operation",
        "operation/" + one.id(),
        state,
        one.state().isFinal(),
        "%s, %s of %s, is %s%s"
            .formatted(
                one.id(),
                one.order().kind().label(),
                one.order().target(),
                state,
                one.reason() == null ? "" : ": " + one.reason()),
        one.by());
  }

  @Override
  public List<Happening> after(long id) {
    return chronicle.book().after(id);
  }

  @Override
  public void onNews(Consumer<List<Happening>> listener) {
    chronicle.onNews(listener);
  }
}
