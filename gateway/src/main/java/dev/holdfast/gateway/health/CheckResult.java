package dev.holdfast.gateway.health;

import java.time.Duration;

/**
 * The result of one check.
 *
 * @param code what came of it
 * @param detail more of it for people, may be empty
 * @param took from its start to its end
 * @param atMs its end, milliseconds since 1970
 */
public record CheckResult(CheckCode code, String detail, Duration took, long atMs) {
  /** Code, words and detail on one line. */
  public String text() {
    return code + " " + words();
  }

  /** Words and detail on one line. */
  public String words() {
    return detail.isEmpty() ? code.words() : code.words() + ": " + detail;
  }
}
