package dev.holdfast.config;

/**
 * Something in a valid configuration that an operator should know before relying on it.
 *
 * @param file the name of the file as it was given, or what stands for one
 * @param line of the value, from 1; 0 if there is no text
 * @param column of the value, from 1; 0 if there is no text
 * @param key dotted path with indexes or names
 * @param value what was found, shortened, on one line
 * @param reason what to know
 */
public record Warning(String file, int line, int column, String key, String value, String reason) {
  /** The line that people read: {@code FILE:LINE:COLUMN: key: value (reason)}. */
  @Override
  public String toString() {
    String place = line == 0 ? file : file + ":" + line + ":" + column;
    return place + ": " + key + ": " + value + " (" + reason + ")";
  }
}
