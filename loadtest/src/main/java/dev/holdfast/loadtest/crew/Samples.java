package dev.holdfast.loadtest.crew;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.loadtest.measure.Count;
import dev.holdfast.loadtest.measure.Latency;
import dev.holdfast.loadtest.measure.Sample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** Samples on the line: counts by name, times as compressed histograms in base 64. */
final class Samples {
  /** A histogram of three digits up to an hour is smaller, also uncompressed. */
  private static final int MOST_HISTOGRAM = 1 << 20;

  private Samples() {}

  static ObjectNode write(Sample sample) {
    ObjectNode words = Line.JSON.createObjectNode();
    ObjectNode counts = words.putObject("counts");
    sample.counts().forEach((count, many) -> counts.put(count.name(), many));
    ObjectNode times = words.putObject("times");
    sample
        .times()
        .forEach(
            (latency, histogram) -> {
              ByteBuffer bytes = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity() + 64);
              int length = histogram.encodeIntoCompressedByteBuffer(bytes);
              bytes.flip().limit(length);
              times.put(
                  latency.name(),
                  Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length)));
            });
    return words;
  }

  /**
   * Reads one.
   *
   * @throws IOException if it is none
   */
  static Sample read(JsonNode words) throws IOException {
    Map<Count, Long> counts = new EnumMap<>(Count.class);
    Map<Latency, Histogram> times = new EnumMap<>(Latency.class);
    for (Count count : Count.values()) {
      counts.put(count, words.path("counts").path(count.name()).asLong());
    }
    for (Latency latency : Latency.values()) {
      String text = words.path("times").path(latency.name()).asText("");
      if (!text.isEmpty()) {
        times.put(latency, histogram(text));
      }
    }
    return new Sample(counts, times);
  }

  private static Histogram histogram(String text) throws IOException {
    if (text.length() > MOST_HISTOGRAM) {
      throw new IOException("a histogram of " + text.length() + " characters");
    }
    try {
      return Histogram.decodeFromCompressedByteBuffer(
          ByteBuffer.wrap(Base64.getDecoder().decode(text)), 0);
    } catch (DataFormatException | RuntimeException e) {
      throw new IOException("no histogram", e);
    }
  }
}
