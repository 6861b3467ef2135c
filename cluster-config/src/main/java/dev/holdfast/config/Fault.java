package dev.holdfast.config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param file the name of the file as it was given, or what stands for one
 * @param line of the offending value or key, from 1; 0 if there is no text
 * @param column of the offending value or key, from 1; 0 if there is no text
 * @param key dotted path with indexes or names, such as {@code listeners[0].limits.queue}
 * @param pointer the same as a JSON pointer, such as {@code /listeners/0/limits/queue}
 * @param value what was found, shortened, on one line
 * @param rule what was expected
 */
public record Fault(
    String file, int line, int column, String key, String pointer, String value, String rule) {
  /** The line that people read: {@code FILE:LINE:COLUMN: key: value (expected: rule)}. */
  @Override
  public String toString() {
    String place = line == 0 ? file : file + ":" + line + ":" + column;
    return place + ": " + key + ": " + value + " (expected: " + rule + ")";
  }
}
