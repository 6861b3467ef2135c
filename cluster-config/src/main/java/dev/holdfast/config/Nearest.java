package dev.holdfast.config;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The known word that somebody may have meant. */
final class Nearest {
  private Nearest() {}

  /** The nearest of the known words if one is near, else all of them. */
  static String rule(String word, List<String> known) {
    String best =
        known.stream().min(Comparator.comparingInt((String one) -> distance(word, one))).orElse("");
    return distance(word, best) <= Math.max(1, Math.min(4, best.length() / 2))
        ? best
        : "one of " + String.join(", ", known);
  }

  /** Letters to add, drop or change to come from one word to the other (Levenshtein). */
  private static int distance(String from, String to) {
    String a = from.length() > 64 ? from.substring(0, 64) : from;
    String lowered = a.toLowerCase(Locale.ROOT).replace('_', '-');
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= lowered.length(); i++) {
      int corner = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int change = corner + (same(lowered.charAt(i - 1), to.charAt(j - 1)) ? 0 : 1);
        corner = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }

  private static boolean same(char a, char b) {
    return a == Character.toLowerCase(b);
  }
}
