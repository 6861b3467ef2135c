package dev.holdfast.loadtest.words;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations, sizes and rates as people write them: {@code 250ms 5s 30m 1h}, {@code 64 16k 1g},
 * {@code 100/s}.
 */
public final class Quantity {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h)");
  private static final Map<String, Long> MILLIS =
      Map.of("ms", 1L, "s", 1000L, "m", 60_000L, "h", 3_600_000L);
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([kmg]?)b?");
  private static final Map<String, Long> BYTES =
      Map.of("", 1L, "k", 1L << 10, "m", 1L << 20, "g", 1L << 30);
  private static final Pattern RATE = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,6})?)(?:/(s|m))?");

  private Quantity() {}

  /**
   * Reads a duration.
   *
   * @throws BadInput if the text has another form
   */
  public static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw BadInput.of("duration", text, "as 250ms, 5s, 30m or 1h");
    }
    return Duration.ofMillis(
        Math.multiplyExact(Long.parseLong(matcher.group(1)), MILLIS.get(matcher.group(2))));
  }

  /**
   * Reads a number of bytes.
   *
   * @throws BadInput if the text has another form
   */
  public static long bytes(String text) {
    Matcher matcher = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw BadInput.of("size", text, "as 64, 16k, 4m or 1g");
    }
    return Math.multiplyExact(Long.parseLong(matcher.group(1)), BYTES.get(matcher.group(2)));
  }

  /**
   * Reads a rate; a number without a unit is per second.
   *
   * @return per second
   * @throws BadInput if the text has another form
   */
  public static double perSecond(String text) {
    Matcher matcher = RATE.matcher(text);
    if (!matcher.matches()) {
      throw BadInput.of("rate", text, "as 100/s or 30/m");
    }
    double number = Double.parseDouble(matcher.group(1));
    return "m".equals(matcher.group(2)) ? number / 60 : number;
  }
}
