package dev.holdfast.gateway.node;

import dev.holdfast.admin.problem.Problem;
import dev.holdfast.directory.IntentChange;
import org.jspecify.annotations.Nullable;

/** What the API answers where the cluster said no to a change. */
final class Refusals {
  private Refusals() {}

  /** The problem, or null if the change holds. */
  static @Nullable Problem of(IntentChange change) {
    if (change instanceof IntentChange.Invalid invalid) {
      return Problem.invalid(
          "the change breaks rules",
          invalid.faults().stream()
              .map(fault -> new Problem.Fault(fault.pointer(), fault.rule()))
              .toList());
    }
    if (change instanceof IntentChange.Unknown unknown) {
      return Problem.unknown(unknown.what());
    }
    if (change instanceof IntentChange.Conflict conflict) {
      return Problem.conflict(conflict.why());
    }
    if (change instanceof IntentChange.Stale stale) {
      return Problem.plain("stale", 412, "the revision is " + stale.revision() + " by now");
    }
    return change instanceof IntentChange.NoMajority
        ? Problem.noMajority("this node does not see a majority; nothing was changed")
        : null;
  }
}
