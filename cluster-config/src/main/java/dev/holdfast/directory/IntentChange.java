package dev.holdfast.directory;

import dev.holdfast.config.Fault;
import java.util.List;

/** What became of an operator's change. */
public sealed interface IntentChange {
  /**
   * It holds.
   *
   * @param intent the intent after the change
   * @param created the thing was not there before
   * @param changed false if the cluster already wanted this: the revision is as it was
   */
  record Done(Intent intent, boolean created, boolean changed) implements IntentChange {}

  /**
   * It breaks rules.
   *
   * @param faults all of them
   */
  record Invalid(List<Fault> faults) implements IntentChange {
    /** Copies the list. */
    public Invalid {
      faults = List.copyOf(faults);
    }
  }

  /**
   * What it names does not exist.
   *
   * @param what the name, as {@code pool: chat}
   */
  record Unknown(String what) implements IntentChange {}

  /**
   * It cannot be done as things are.
   *
   * @param why a sentence for the operator
   */
  record Conflict(String why) implements IntentChange {}

  /**
   * The revision it was made for is no longer the present one.
   *
   * @param revision the present one
   */
  record Stale(long revision) implements IntentChange {}

  /** This node does not see the majority that a change needs. Nothing was changed. */
  record NoMajority() implements IntentChange {}
}
