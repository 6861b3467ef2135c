package dev.holdfast.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 250ms}, {@code 5s}, {@code 30m}, {@code 1h}. */
public final class Durations {
  /** What {@link #parse} accepts, as a regular expression for the JSON Schema. */
  static final String PATTERN = "(0|[1-9][0-9]{0,9})(ms|s|m|h)";

  private static final Pattern SHAPE = Pattern.compile(PATTERN);

  private Durations() {}

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static Duration parse(String text) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "duration: " + text + " (expected: a number and ms, s, m or h)");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  /** The duration in the largest unit that says it exactly; parts of a millisecond are dropped. */
  public static String text(Duration duration) {
    long ms = duration.toMillis();
    if (ms % 1000 != 0) {
      return ms + "ms";
    }
    long seconds = ms / 1000;
    if (seconds % 60 != 0 || seconds == 0) {
      return seconds + "s";
    }
    return seconds % 3600 == 0 ? seconds / 3600 + "h" : seconds / 60 + "m";
  }
}
