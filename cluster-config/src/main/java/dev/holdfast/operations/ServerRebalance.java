package dev.holdfast.operations;

import dev.holdfast.words.NodeId;
import java.util.BitSet;
import java.util.Map;

/**
 * A rebalance over the servers of a pool, in waves: some slots of the plan are given back to the
 * table by a change of epoch, then the sessions in them that are not where the table says are
 * closed. The next wave is given back before the one at hand is used up.
 */
final class ServerRebalance implements Course {
  /** A wave lasts for so many seconds at the pace. */
  private static final int WAVE = 5;

  /** The next one is given back when so many seconds are left. */
  private static final int AHEAD = 3;

  /** What is left when nothing could be closed for so long stays. */
  private static final long PATIENCE_MS = 15_000;

  @Override
  public Operation prepare(Operation operation, Scene scene) {
    if (!scene.view().pools().containsKey(operation.order().pool())) {
      return operation.to(OperationState.FAILED, "the pool was removed", scene.nowMs());
    }
    if (operation.plan() == null) {
      return operation.because( // the leader asks all nodes once it is
          "waits for the table of pool " + operation.order().pool() + " and all nodes' counts");
    }
    return operation.plan().sessions() == 0
        ? operation.to(OperationState.DONE, "nothing to move", scene.nowMs())
        : operation.to(OperationState.RUNNING, null, scene.nowMs());
  }

  @Override
  public Operation run(Operation operation, Scene scene) {
    Order order = operation.order();
    int pace = order.perSecond();
    Figures figures = operation.figures();
    boolean quiet = scene.silent(scene.there()).isEmpty() && scene.ending() == 0;
    if (quiet && figures.remaining() == 0 && figures.total() > 0) {
      return operation.to(OperationState.DONE, null, scene.nowMs());
    }
    if (order.budget() != null && figures.closed() >= order.budget()) {
      return operation.to(OperationState.DONE, "the budget is used", scene.nowMs());
    }
    Map<NodeId, Idle> idle = scene.idle(operation);
    long ready = idle.values().stream().mapToLong(Idle::total).sum();
    long waiting = ready + scene.outstanding(operation);
    boolean all = operation.given() > operation.slots().set().length();
    Operation now = operation;
    if (!all && waiting < (long) AHEAD * pace) {
      now = giveMore(now, figures.remaining() - waiting);
    }
    if (all && waiting == 0 && quiet) {
      return rest(now, figures.remaining(), scene.nowMs());
    }
    now = now.with(Operation.Rounds.NONE);
    long left =
        order.budget() == null
            ? Long.MAX_VALUE
            : order.budget() - figures.closed() - scene.outstanding(operation);
    return Scene.release(now, Math.min(pace, Math.max(0, left)), idle);
  }

  /** Gives back the slots of one more wave, as many as its sessions need on the average. */
  private static Operation giveMore(Operation operation, long sessions) {
    BitSet slots = operation.slots().set();
    int left =
        slots.get(operation.given(), Math.max(operation.given(), slots.length())).cardinality();
    if (left == 0 || sessions <= 0) {
      return operation.givenUpTo(slots.length() + 1);
    }
    long wave = (long) WAVE * operation.order().perSecond();
    long wanted = Math.max(1, -Math.floorDiv(-wave * left, sessions));
    int upTo = operation.given();
    for (long i = 0; i < wanted; i++) {
      int next = slots.nextSetBit(upTo);
      if (next < 0) {
        return operation.givenUpTo(slots.length() + 1);
      }
      upTo = next + 1;
    }
    return operation.givenUpTo(slots.nextSetBit(upTo) < 0 ? slots.length() + 1 : upTo);
  }

  private static Operation rest(Operation operation, long remaining, long nowMs) {
    Long since = operation.rounds().restMs();
    if (since == null) {
      return operation.with(new Operation.Rounds(1, 0, 0, operation.ranMs()));
    }
    return operation.ranMs() - since < PATIENCE_MS
        ? operation
        : operation.to(
            OperationState.DONE, remaining + " sessions are where the table has not been", nowMs);
  }
}
