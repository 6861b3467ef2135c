package dev.holdfast.operations;

import java.util.Locale;

/** What an operation does. */
public enum OperationKind {
  /** The slots of a server move away and its sessions end. */
  DRAIN_SERVER('K'),
  /** A node takes no new sessions and its sessions end. */
  DRAIN_NODE('N'),
  /** Sessions whose server is not the one that the table wants are closed, and return to that. */
  REBALANCE_SERVERS('B'),
  /** Sessions of nodes that have more than the mean are closed. */
  REBALANCE_NODES('B');

  private final char letter;
  private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

  OperationKind(char letter) {
    this.letter = letter;
  }

  /** First letter of the termination of the sessions that it ends. */
  public char letter() {
    return letter;
  }

  /** The word of the contract, as {@code drain-server}. */
  public String label() {
    return label;
  }

  /** True for a drain, false for a rebalance. */
  public boolean drains() {
    return this == DRAIN_SERVER || this == DRAIN_NODE;
  }
}
