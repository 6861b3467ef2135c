package dev.holdfast.gateway.node;

import dev.holdfast.admin.problem.Problem;
import dev.holdfast.directory.IntentChange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the API answers where the cluster said no to a change. */
final class Refusals {
  private Refusals() {}

  private static Problem objected(IntentChange.Objected objected) {
    List<String> lines = new ArrayList<>();
    List<Problem.Fault> faults = new ArrayList<>();
    objected
        .objections()
        .forEach(
            (node, objections) ->
                objections.forEach(
                    objection -> {
                      lines.add("node " + node + ": " + objection);
                      faults.add(
                          new Problem.Fault(objection.key(), objection.rule() + " on " + node));
                    }));
    return new Problem(
        "/problems/conflict", 409, "nothing was changed: " + String.join("; ", lines), faults);
  }

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
    if (change instanceof IntentChange.Objected objected) {
      return objected(objected);
    }
    if (change instanceof IntentChange.Unanswered silent) {
      return Problem.conflict(
          "nothing was changed: "
              + silent.nodes()
              + " did not say in time whether it can follow; try again, or wait until it is lost");
    }
    return change instanceof IntentChange.NoMajority few ? Problem.noMajority(few.why()) : null;
  }
}
