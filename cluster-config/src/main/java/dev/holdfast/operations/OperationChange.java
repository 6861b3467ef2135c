package dev.holdfast.operations;

/** What became of an operator's word on an operation. */
public sealed interface OperationChange {
  /**
   * It holds.
   *
   * @param operation as it is now
   */
  record Done(Operation operation) implements OperationChange {}

  /**
   * What it names does not exist.
   *
   * @param what the name, as {@code operation: op-17}
   */
  record Unknown(String what) implements OperationChange {}

  /**
   * It cannot be done as things are.
   *
   * @param why a sentence for the operator
   */
  record Conflict(String why) implements OperationChange {}

  /** This node does not see the majority that a change needs. Nothing was changed. */
  record NoMajority() implements OperationChange {}
}
