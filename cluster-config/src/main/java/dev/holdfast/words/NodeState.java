package dev.holdfast.words;

/** Where a node is in its life. */
public enum NodeState {
  /** Started, takes no sessions yet. */
  JOINING,
  /** Takes new sessions. */
  READY,
  /** Keeps its sessions, takes none. */
  DRAINING,
  /** Ended in order. */
  LEFT,
  /** What the others say of one that vanished. */
  LOST
}
