package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

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
