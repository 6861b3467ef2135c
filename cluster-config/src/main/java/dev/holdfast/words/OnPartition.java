package dev.holdfast.words;

/** What a node that is cut off holds sacred. */
public enum OnPartition {
  /** The limit: nobody is admitted above it, whatever happens. */
  STRICT,
  /** Admission: a bounded excess while nodes are cut off. */
  AVAILABLE
}
