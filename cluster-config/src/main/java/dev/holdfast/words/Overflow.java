package dev.holdfast.words;

/** What happens to a source whose server is full. */
public enum Overflow {
  /** Waits for a permit. */
  QUEUE,
  /** Goes to the slot's next choice, and waits where that has no room either. */
  SPILL,
  /** Is turned away. */
  REFUSE
}
