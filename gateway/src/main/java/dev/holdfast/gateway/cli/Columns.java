package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows in columns that are as wide as their widest value; the same in a pipe. */
final class Columns {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  /** Begins with the names of the columns. */
  Columns(String... names) {
    rows.add(List.of(names));
  }

  /** Adds a row; a JSON null or missing value shows as {@code -}. */
  void row(Object... values) {
    List<String> row = new ArrayList<>();
    for (Object value : values) {
      row.add(value instanceof JsonNode node ? text(node) : String.valueOf(value));
    }
    rows.add(row);
  }

  /** A JSON value for a person. */
  static String text(JsonNode node) {
    if (node.isNull() || node.isMissingNode()) {
      return "-";
    }
    if (node.isArray()) {
      List<String> parts = new ArrayList<>();
      node.forEach(part -> parts.add(text(part)));
      return parts.isEmpty() ? "-" : String.join(",", parts);
    }
    return node.asText();
  }

  /** A time for a person, in its two largest units: {@code 850ms}, {@code 12s}, {@code 1h5m}. */
  static String age(long ms) {
    long s = ms / 1000;
    if (ms < 1000) {
      return ms + "ms";
    } else if (s < 60) {
      return s + "s";
    } else if (s < 3600) {
      return s / 60 + "m" + s % 60 + "s";
    }
    return s < 86_400 ? s / 3600 + "h" + s / 60 % 60 + "m" : s / 86_400 + "d" + s / 3600 % 24 + "h";
  }

  /** A number of bytes for a person: {@code 999}, {@code 1.5k}, {@code 20M}. */
  static String bytes(long bytes) {
    String units = "kMGTPE";
    double value = bytes;
    int unit = -1;
    while (value >= 1000 && unit < units.length() - 1) {
      value /= 1000;
      unit++;
    }
    if (unit < 0) {
      return Long.toString(bytes);
    }
    String number = value < 10 ? String.format(Locale.ROOT, "%.1f", value) : "" + (long) value;
    return number + units.charAt(unit);
  }

  /** Prints all rows; no space at the ends of lines. */
  void print(PrintWriter out) {
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i)).append(" ".repeat(width(i) - row.get(i).length())).append(GAP);
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private int width(int column) {
    return rows.stream()
        .filter(row -> row.size() > column)
        .mapToInt(row -> row.get(column).length())
        .max()
        .orElse(0);
  }
}
