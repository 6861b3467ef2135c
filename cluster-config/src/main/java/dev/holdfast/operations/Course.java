package dev.holdfast.operations;

/** How the leader leads one kind of operation. Pure: the next value from the present one. */
interface Course {
  /** Of an operation that is PLANNED: the same while something is not ready, else RUNNING. */
  Operation prepare(Operation operation, Scene scene);

  /** Of an operation that is RUNNING; called once a second. */
  Operation run(Operation operation, Scene scene);

  /** The course of an operation. */
  static Course of(Operation operation) {
    return switch (operation.order().kind()) {
      case DRAIN_SERVER -> new ServerDrain();
      case DRAIN_NODE -> new NodeDrain();
      case REBALANCE_SERVERS -> new ServerRebalance();
      case REBALANCE_NODES -> new NodeRebalance();
    };
  }
}
