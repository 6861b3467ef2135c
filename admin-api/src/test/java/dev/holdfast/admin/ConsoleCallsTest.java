package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page for people as it is served: whole, open to everybody, and under a strict policy. */
class ConsoleCallsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Pattern NAMED =
      Pattern.compile("(?:href|src)=\"([^\"#]+)\"|from \"\\./([^\"]+)\"");

  @TempDir static Path dir;
  private static TokenApi api;

  @BeforeAll
  static void start() throws Exception {
    api = new TokenApi(dir);
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void everyFileThatThePageNamesIsServed() throws Exception {
    Deque<String> left = new ArrayDeque<>(Set.of(""));
    Set<String> seen = new HashSet<>(left);
    while (!left.isEmpty()) {
      String path = left.pop();
      HttpResponse<String> response = get("/" + path, null, null);
      assertThat(response.statusCode()).as(path).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type").orElseThrow())
          .as(path)
          .startsWith(
              path.endsWith(".js")
                  ? "text/javascript"
                  : path.endsWith(".css")
                      ? "text/css"
                      : path.endsWith(".svg") ? "image/svg+xml" : "text/html");
      assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'")
          .contains("script-src 'self'")
          .contains("frame-ancestors 'none'")
          .doesNotContain("unsafe");
      Matcher named = NAMED.matcher(path.equals("console/uplot.js") ? "" : response.body());
      while (named.find()) {
        String next = named.group(1) != null ? named.group(1) : "console/" + named.group(2);
        if (!next.equals("openapi.yaml") && seen.add(next)) {
          left.push(next);
        }
      }
    }
    assertThat(seen).contains("console/main.js", "console/uplot.js", "console/slots.js");
  }

  @Test
  void thePageHasNothingInlineAndNothingFromElsewhere() throws Exception {
    String page = get("/", null, null).body();
    assertThat(page).doesNotContain("style=").doesNotContain("http://").doesNotContain("https://");
    assertThat(page).doesNotContainPattern("<script(?![^>]*\\ssrc=)").doesNotContain("<style");
    for (String file : Set.of("dom.js", "pools.js", "events.js", "confirm.js")) {
      assertThat(get("/console/" + file, null, null).body()).doesNotContain("innerHTML");
    }
  }

  @Test
  void aFileThatDidNotChangeIsNotSentAgain() throws Exception {
    HttpResponse<String> first = get("/console/main.js", null, null);
    String etag = first.headers().firstValue("ETag").orElseThrow();
    assertThat(first.headers().firstValue("Cache-Control")).contains("no-cache");
    HttpResponse<String> second = get("/console/main.js", null, etag);
    assertThat(second.statusCode()).isEqualTo(304);
    assertThat(second.body()).isEmpty();
    assertThat(get("/console/main.js", null, "\"other\"").statusCode()).isEqualTo(200);
  }

  @Test
  void whatIsNoFileOfThePageIsUnknown() throws Exception {
    for (String path : Set.of("/console/x.js", "/console/openapi.yaml", "/console/..%2fa")) {
      assertThat(get(path, null, null).statusCode()).as(path).isIn(400, 404);
    }
  }

  @Test
  void saysWhoAsksAndWhatTheyMay() throws Exception {
    assertThat(get("/v1/caller", null, null).statusCode()).isEqualTo(401);
    for (String role : Set.of("viewer", "operator")) {
      JsonNode caller = JSON.readTree(get("/v1/caller", role, null).body());
      assertThat(caller.get("name").textValue()).isEqualTo(role);
      assertThat(caller.get("role").textValue()).isEqualTo(role);
      assertThat(caller.get("tokens").booleanValue()).isTrue();
    }
  }

  private static HttpResponse<String> get(String path, String token, String etag) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    if (etag != null) {
      request.header("If-None-Match", etag);
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
