package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A node's admin API as a client sees it. Calls block, at most 15 s. */
final class Api {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final URI base;
  private final @Nullable String token;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  Api(URI base, @Nullable String token) {
    this.base = base;
    this.token = token;
  }

  /**
   * An answer.
   *
   * @param status of HTTP
   * @param text the body as it came
   * @param json the body as a value; a missing node without a body
   */
  record Answer(int status, String text, JsonNode json) {
    boolean good() {
      return status < 400;
    }

    /** The problem on one line. */
    String problem() {
      String type = json.path("type").asText("").replaceFirst("^/problems/", "");
      StringBuilder line = new StringBuilder(type.isEmpty() ? "HTTP " + status : type);
      line.append(": ").append(json.path("detail").asText("no details"));
      for (JsonNode error : json.path("errors")) {
        line.append("; ").append(error.path("path").asText());
        line.append(" (expected: ").append(error.path("expected").asText()).append(')');
      }
      return line.toString();
    }
  }

  /** Reads a path. */
  Answer get(String path) {
    return send("GET", path, null);
  }

  /**
   * Calls a path.
   *
   * @param body JSON, null for none
   * @throws Impossible if no node answers there
   */
  Answer send(String method, String path, @Nullable String body) {
    return send(method, path, body, "application/json", null);
  }

  /**
   * Calls a path.
   *
   * @param body null for none
   * @param type of the body
   * @param ifRevision the change was made for this revision, null if it does not matter
   * @throws Impossible if no node answers there
   */
  Answer send(
      String method, String path, @Nullable String body, String type, @Nullable Long ifRevision) {
    HttpRequest.Builder request =
        request(path)
            .timeout(TIMEOUT)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!method.equals("GET")) {
      request.header("Content-Type", type);
    }
    if (ifRevision != null) {
      request.header("If-Match", "\"" + ifRevision + "\"");
    }
    HttpResponse<String> response = sent(request.build(), HttpResponse.BodyHandlers.ofString());
    try {
      return answer(response.statusCode(), response.body());
    } catch (JsonProcessingException e) {
      throw new Impossible(base + " is no admin API (expected: JSON)");
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  private static Answer answer(int status, String text) throws JsonProcessingException {
    return new Answer(status, text, text.isEmpty() ? JSON.missingNode() : JSON.readTree(text));
  }

  private <T> HttpResponse<T> sent(HttpRequest request, HttpResponse.BodyHandler<T> body) {
    try {
      return client.send(request, body);
    } catch (ConnectException e) {
      throw new Impossible("no node answers at " + base + " (connection refused or timed out)");
    } catch (IOException e) {
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new Impossible("no node answers at " + base + " (" + why + ")");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Impossible("interrupted");
    }
  }

  /** Takes the events of a stream, one after the other. */
  @FunctionalInterface
  interface EventReader {
    /**
     * One event.
     *
     * @param name as {@code view}
     * @param data JSON
     * @return false to end the stream
     */
    boolean take(String name, JsonNode data);
  }

  /**
   * Reads live events until the reader or the node ends the stream.
   *
   * @param after tell what happened after this id first, null for nothing old
   * @return the node's no, or null if the stream ended
   * @throws Impossible if no node answers there
   */
  @Nullable Answer events(@Nullable Long after, EventReader reader) {
    HttpRequest.Builder request = request("v1/events").header("Accept", "text/event-stream");
    if (after != null) {
      request.header("Last-Event-ID", Long.toString(after));
    }
    HttpResponse<Stream<String>> response =
        sent(request.build(), HttpResponse.BodyHandlers.ofLines());
    try (Stream<String> lines = response.body()) {
      if (response.statusCode() != 200) {
        return answer(response.statusCode(), lines.collect(Collectors.joining("\n")));
      }
      String name = "";
      for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
        String line = each.next();
        if (line.startsWith("event: ")) {
          name = line.substring(7);
        } else if (line.startsWith("data: ")
            && !reader.take(name, JSON.readTree(line.substring(6)))) {
          return null;
        }
      }
    } catch (JsonProcessingException e) {
      throw new Impossible(base + " is no admin API (expected: JSON)");
    } catch (UncheckedIOException e) {
      return null; // the node ended
    }
    return null;
  }

  /** A query of these parameters. */
  static String query(Map<String, String> parameters) {
    StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
    parameters.forEach((name, value) -> query.add(name + "=" + encoded(value)));
    return query.toString();
  }

  /** A value as a part of a path or a query. */
  static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
