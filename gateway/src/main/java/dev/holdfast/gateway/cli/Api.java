package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.StringJoiner;
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
        HttpRequest.newBuilder(base.resolve(path))
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
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      String text = response.body();
      return new Answer(
          response.statusCode(), text, text.isEmpty() ? JSON.missingNode() : JSON.readTree(text));
    } catch (JsonProcessingException e) {
      throw new Impossible(base + " is no admin API (expected: JSON)");
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
