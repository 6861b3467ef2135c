package dev.holdfast.loadtest.peers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/** How long a Java machine stood still, by its log of safepoints: collections and all else. */
public final class Pauses {
  /** The log in the folder of a proxy. */
  public static final String FILE = "safepoints.log";

  private static final Pattern TOTAL = Pattern.compile("Total: *(\\d+) ns");

  private Pauses() {}

  /** How long the log is now; 0 if there is none. */
  public static long length(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /**
   * Pauses that were logged behind a place, in nanoseconds; none without a log.
   *
   * @throws IOException if it cannot be read
   */
  public static Histogram since(Path file, long from) throws IOException {
    Histogram pauses = new Histogram(3);
    if (Files.exists(file)) {
      byte[] all = Files.readAllBytes(file);
      String text =
          new String(
              Arrays.copyOfRange(all, (int) Math.min(from, all.length), all.length),
              StandardCharsets.UTF_8);
      Matcher matcher = TOTAL.matcher(text);
      while (matcher.find()) {
        pauses.recordValue(Long.parseLong(matcher.group(1)));
      }
    }
    return pauses;
  }
}
