package dev.holdfast.words;

/** What the nodes measured of a server, by majority. */
public enum Health {
  /** Answers its checks. */
  UP,
  /** Does not answer its checks. */
  DOWN
}
