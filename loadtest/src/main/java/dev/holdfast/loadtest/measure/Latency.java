package dev.holdfast.loadtest.measure;

/** The things that are timed. */
public enum Latency {
  /** From when a session was due until its server has greeted. */
  SETUP,
  /** From when a session was due until it ended as it was meant. */
  SESSION,
  /** From when an exchange was due until it came back whole. */
  ECHO,
  /** From the loss of a session until it was back. */
  RETURN,
  /** How late the load itself was: what is measured cannot be better than this. */
  OWN_DELAY
}
