package dev.holdfast.loadtest.report;

import java.util.Locale;

/** Numbers as people read them. */
public final class Show {
  private Show() {}

  /** Microseconds as µs, ms or s, three digits. */
  public static String micros(double micros) {
    if (micros < 1000) {
      return digits(micros) + "µs";
    }
    return micros < 1e6 ? digits(micros / 1e3) + "ms" : digits(micros / 1e6) + "s";
  }

  /** A number with about three digits, or all of them in front of the point. */
  public static String digits(double number) {
    double size = Math.abs(number);
    String form = size >= 100 || size == 0 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, form, number);
  }

  /** Bytes as B, kB, MB or GB. */
  public static String bytes(double bytes) {
    if (bytes < 1e4) {
      return digits(bytes) + " B";
    }
    if (bytes < 1e6) {
      return digits(bytes / 1e3) + " kB";
    }
    return bytes < 1e9 ? digits(bytes / 1e6) + " MB" : digits(bytes / 1e9) + " GB";
  }

  /** Seconds as 12s, 3m05s or 1h02m. */
  public static String seconds(double seconds) {
    long s = Math.round(seconds);
    if (s < 60) {
      return s + "s";
    }
    return s < 3600
        ? String.format(Locale.ROOT, "%dm%02ds", s / 60, s % 60)
        : String.format(Locale.ROOT, "%dh%02dm", s / 3600, s / 60 % 60);
  }
}
