package dev.holdfast.admin.console;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of the console out of the jar, read once. Immutable, any thread. */
public final class Files {
  /** The page itself. */
  public static final String PAGE = "index.html";

  private static final String CHARTS = "/META-INF/resources/webjars/uplot/1.6.30/dist/uPlot.";
  private static final Map<String, String> LIBRARY =
      Map.of("uplot.js", CHARTS + "iife.min.js", "uplot.css", CHARTS + "min.css");

  private static final List<String> OWN =
      List.of(
          PAGE,
          "icon.svg",
          "style.css",
          "layout.css",
          "tables.css",
          "lists.css",
          "dialogs.css",
          "main.js",
          "api.js",
          "live.js",
          "dom.js",
          "table.js",
          "format.js",
          "theme.js",
          "token.js",
          "head.js",
          "charts.js",
          "nodes.js",
          "limits.js",
          "listeners.js",
          "pools.js",
          "slots.js",
          "operations.js",
          "confirm.js",
          "orders.js",
          "explain.js",
          "sessions.js",
          "events.js");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private final Map<String, File> files = new HashMap<>();

  /**
   * A file.
   *
   * @param type its media type
   * @param bytes its content
   * @param etag changes with the content
   */
  public record File(String type, Buffer bytes, String etag) {}

  /**
   * Reads all of them.
   *
   * @throws IllegalStateException if one is missing in the jar
   */
  public Files() {
    OWN.forEach(name -> files.put(name, read(name, "/console/" + name)));
    LIBRARY.forEach((name, resource) -> files.put(name, read(name, resource)));
  }

  /** A file by its name; empty if there is none. */
  public Optional<File> find(String name) {
    return Optional.ofNullable(files.get(name));
  }

  private static File read(String name, String resource) {
    try (InputStream in = Files.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " (expected: a file in the jar)");
      }
      byte[] bytes = in.readAllBytes();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new File(
          TYPES.get(name.substring(name.lastIndexOf('.') + 1)),
          Buffer.buffer(bytes),
          '"' + HexFormat.of().formatHex(digest, 0, 8) + '"');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java knows SHA-256", e);
    }
  }
}
