package dev.holdfast.loadtest.compare;

import dev.holdfast.loadtest.report.Show;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Figures as a table, for a terminal or for a page: the median over rounds, and the median of the
 * ratios within a round with the smallest and the largest.
 */
public final class Table {
  private final List<String> peers;
  private final Comparison.Rounds rounds;

  /**
   * Of what was measured.
   *
   * @param peers names; the first is what ratios are taken to
   */
  public Table(List<String> peers, Comparison.Rounds rounds) {
    this.peers = List.copyOf(peers);
    this.rounds = rounds;
  }

  private List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of(""));
    head.addAll(peers);
    rows.add(head);
    for (Measure measure : Measure.values()) {
      List<String> row = new ArrayList<>(List.of(measure.title()));
      for (String peer : peers) {
        row.add(cell(measure, peer));
      }
      if (row.subList(1, row.size()).stream().anyMatch(cell -> !cell.isEmpty())) {
        rows.add(row);
      }
    }
    return rows;
  }

  private String cell(Measure measure, String peer) {
    List<Double> values = values(measure, peer);
    if (values.isEmpty()) {
      return "";
    }
    String shown = shown(measure, median(values)).strip();
    if (peer.equals(peers.get(0)) || measure.isRemark()) {
      return shown;
    }
    List<Double> ratios = ratios(measure, peer);
    return ratios.isEmpty() ? shown : shown + ", " + spread(ratios);
  }

  private static String shown(Measure measure, double value) {
    boolean latency = measure.unit().equals("µs") && value >= 1000;
    return Show.digits(latency ? value / 1000 : value) + " " + (latency ? "ms" : measure.unit());
  }

  private List<Double> values(Measure measure, String peer) {
    return rounds.of(peer).stream()
        .map(round -> round.get(measure))
        .filter(Objects::nonNull)
        .toList();
  }

  /** The ratios of a peer to the first, round by round. */
  public List<Double> ratios(Measure measure, String peer) {
    List<Map<Measure, Double>> first = rounds.of(peers.get(0));
    List<Map<Measure, Double>> other = rounds.of(peer);
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < Math.min(first.size(), other.size()); i++) {
      Double a = first.get(i).get(measure);
      Double b = other.get(i).get(measure);
      if (a != null && b != null && a > 0) {
        ratios.add(b / a);
      }
    }
    return ratios;
  }

  private static String spread(List<Double> ratios) {
    String middle = String.format(Locale.ROOT, "%.2fx", median(ratios));
    if (ratios.size() < 2) {
      return middle;
    }
    return middle
        + String.format(
            Locale.ROOT,
            " (%.2f-%.2f)",
            ratios.stream().mapToDouble(r -> r).min().orElse(0),
            ratios.stream().mapToDouble(r -> r).max().orElse(0));
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int n = sorted.size();
    return n % 2 == 1 ? sorted.get(n / 2) : (sorted.get(n / 2 - 1) + sorted.get(n / 2)) / 2;
  }

  /** For a terminal. */
  public String text() {
    List<List<String>> rows = rows();
    int columns = peers.size() + 1;
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.append(callsText()).toString();
  }

  private String callsText() {
    StringBuilder text = new StringBuilder();
    rounds
        .calls()
        .forEach(
            (peer, calls) -> {
              if (!calls.isEmpty()) {
                text.append("calls per session, ").append(peer).append(": ");
                text.append(calls(calls)).append('\n');
              }
            });
    return text.toString();
  }

  private static String calls(Map<String, Double> calls) {
    return new TreeSet<>(calls.keySet())
        .stream()
            .filter(name -> calls.get(name) >= 0.05)
            .map(name -> name + String.format(Locale.ROOT, " %.1f", calls.get(name)))
            .collect(Collectors.joining(", "));
  }

  /** For a page. */
  public String markdown() {
    List<List<String>> rows = rows();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      text.append("| ").append(String.join(" | ", rows.get(i))).append(" |\n");
      if (i == 0) {
        text.append("|---".repeat(peers.size() + 1)).append("|\n");
      }
    }
    return text.toString();
  }
}
