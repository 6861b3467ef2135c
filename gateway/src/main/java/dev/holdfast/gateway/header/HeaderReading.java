package dev.holdfast.gateway.header;

import org.jspecify.annotations.Nullable;

/** What the first bytes of a connection are. */
public sealed interface HeaderReading {
  /** A header that may become whole. */
  HeaderReading PART = new Part();

  /** The beginning of a header. */
  record Part() implements HeaderReading {}

  /**
   * A header; what follows it is data.
   *
   * @param length its bytes
   * @param declared whose connection it is; null: the one of its socket
   */
  record Whole(int length, @Nullable Declared declared) implements HeaderReading {}

  /**
   * No header, whatever may follow.
   *
   * @param why for people, as {@code name: value (expected: rule)}
   */
  record Bad(String why) implements HeaderReading {}
}
