package dev.holdfast.loadtest.report;

import dev.holdfast.loadtest.run.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A run as one HTML page with charts, which loads nothing. */
public final class HtmlReport {
  private static final String CHARTS = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

  private HtmlReport() {}

  /**
   * Writes it.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(Outcome outcome, Path file) throws IOException {
    Files.writeString(file, page(JsonReport.JSON.writeValueAsString(JsonReport.tree(outcome))));
  }

  /** The page of a run's JSON; nothing in it can end the script early. */
  static String page(String json) throws IOException {
    return resource("/dev/holdfast/loadtest/report/report.html")
        .replace("/*CSS*/", resource(CHARTS + "uPlot.min.css"))
        .replace("/*JS*/", resource(CHARTS + "uPlot.iife.min.js"))
        .replace("/*DATA*/", json.replace("<", "\\u003c"));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("missing in the jar: " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
