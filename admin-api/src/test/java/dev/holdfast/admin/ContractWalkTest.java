package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.admin.access.Role;
import dev.holdfast.admin.contract.Contract;
import dev.holdfast.admin.contract.Operation;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation of the contract, asked in each wrong way: the right no, and nothing changed. */
class ContractWalkTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir static Path dir;
  private static TokenApi api;
  private static Contract contract;
  private static Answers answers;
  private static String before;

  @BeforeAll
  static void start() throws Exception {
    api = new TokenApi(dir);
    contract = api.contract;
    answers = new Answers(api.vertx, contract);
    before = api.cluster.state();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static Stream<Operation> operations() throws Exception {
    Vertx own = Vertx.vertx();
    try {
      return Contract.load(own).await().operations().stream();
    } finally {
      own.close();
    }
  }

  private static Stream<Operation> withRole() throws Exception {
    return operations().filter(one -> one.role().isPresent());
  }

  private static Stream<Operation> changes() throws Exception {
    return operations().filter(Operation::changes);
  }

  private static Stream<Operation> named() throws Exception {
    return operations().filter(one -> one.path().contains("{"));
  }

  @Test
  void theContractIsServedAsItIs() throws Exception {
    HttpResponse<String> response = send(request("/openapi.yaml", "viewer").build());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).startsWith("openapi: 3.1.0").contains("operationId: explain");
    assertThat(response.headers().firstValue("Content-Type")).contains("application/yaml");
  }

  @Test
  void changesNeedTheOperator() {
    for (Operation operation : contract.operations()) {
      assertThat(operation.role())
          .as(operation.id())
          .isEqualTo(
              operation.path().matches("/|/(health|console)/.*")
                  ? Optional.empty()
                  : Optional.of(operation.changes() ? Role.OPERATOR : Role.VIEWER));
    }
  }

  @ParameterizedTest
  @MethodSource("withRole")
  void aWrongTokenIsUnknown(Operation operation) throws Exception {
    no(send(asked(operation, path(operation), "nobody", "{}")), 401, "unauthenticated");
    no(send(asked(operation, path(operation), null, "{}")), 401, "unauthenticated");
  }

  @ParameterizedTest
  @MethodSource("changes")
  void aViewerChangesNothing(Operation operation) throws Exception {
    no(send(asked(operation, path(operation), "viewer", "{}")), 403, "forbidden");
  }

  @ParameterizedTest
  @MethodSource("changes")
  void aChangeOfAnotherTypeIsInvalid(Operation operation) throws Exception {
    HttpRequest text =
        request(path(operation), "operator")
            .header("Content-Type", "text/plain")
            .method(operation.method().name(), HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    JsonNode problem = no(send(text), 400, "invalid");
    assertThat(problem.at("/errors/0/path").textValue()).isEqualTo("Content-Type");
  }

  @ParameterizedTest
  @MethodSource("changes")
  void aBodyThatIsTooLargeIsNotRead(Operation operation) throws Exception {
    String large = "{\"x\":\"" + "a".repeat(operation.maxBodyBytes()) + "\"}";
    no(send(asked(operation, path(operation), "operator", large)), 413, "too-large");
  }

  @ParameterizedTest
  @MethodSource("changes")
  void aBodyThatIsNoObjectOrHasUnknownFieldsIsInvalid(Operation operation) throws Exception {
    for (String body : List.of("[]", "{", "nonsense", "{\"nonsense\":1}")) {
      no(send(asked(operation, path(operation), "operator", body)), 400, "invalid");
    }
  }

  @ParameterizedTest
  @MethodSource("named")
  void aNameThatBreaksTheRuleIsInvalid(Operation operation) throws Exception {
    String path = operation.path().replaceAll("\\{.*?}", "%20x");
    no(send(asked(operation, path, "operator", "{}")), 400, "invalid");
  }

  @ParameterizedTest
  @MethodSource("named")
  void aNameThatIsNotThereIsUnknown(Operation operation) throws Exception {
    String path =
        operation
            .path()
            .replace("{source}", "10.0.0.9") // whether there is one is asked last
            .replace("{revision}", "999")
            .replace("{session}", "gw-1~1-1")
            .replaceAll("\\{.*?}", "nobody");
    no(send(asked(operation, path, "operator", body(operation))), 404, "unknown");
  }

  @ParameterizedTest
  @MethodSource("withRole")
  void anUnknownParameterIsInvalid(Operation operation) throws Exception {
    String path = path(operation) + (path(operation).contains("?") ? "&" : "?");
    JsonNode problem =
        no(send(asked(operation, path + "nonsense=1", "operator", "{}")), 400, "invalid");
    assertThat(problem.get("errors").findValuesAsText("path")).contains("?nonsense");
    no(send(asked(operation, path + "x=%ff", "operator", "{}")), 400, "invalid");
  }

  @ParameterizedTest
  @MethodSource("operations")
  void anotherMethodIsNotAllowed(Operation operation) throws Exception {
    HttpRequest patch =
        request(path(operation), "operator")
            .method("PATCH", HttpRequest.BodyPublishers.noBody())
            .build();
    HttpResponse<String> response = send(patch);
    no(response, 405, "method-not-allowed");
    assertThat(response.headers().firstValue("Allow").orElseThrow())
        .contains(operation.method().name());
  }

  private static String path(Operation operation) {
    return operation
            .path()
            .replace("{pool}", "chat")
            .replace("{server}", "app-1")
            .replace("{node}", "gw-2")
            .replace("{source}", "10.0.0.9")
            .replace("{revision}", "7")
            .replace("{session}", "gw-1~18c-1")
            .replace("{operation}", "op-17")
            .replaceAll("\\{.*?}", "x-1")
        + (operation.id().equals("explain") ? "?listener=chat&source=127.0.0.1" : "");
  }

  /** A body that keeps the rules. */
  private static String body(Operation operation) {
    return switch (operation.id()) {
      case "putServer" -> "{\"host\":\"h\",\"ports\":[1]}";
      case "putPin" -> "{\"server\":\"app-1\"}";
      default -> "{}";
    };
  }

  private static HttpRequest asked(Operation operation, String path, String token, String body) {
    HttpRequest.Builder request = request(path, token);
    if (operation.changes()) {
      request.header("Content-Type", "application/json").header("If-Match", "\"7\"");
      request.method(operation.method().name(), HttpRequest.BodyPublishers.ofString(body));
    }
    return request.build();
  }

  private static HttpRequest.Builder request(String path, String token) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path));
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode no(HttpResponse<String> response, int status, String type)
      throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = JSON.readTree(response.body());
    assertThat(problem.get("type").textValue()).isEqualTo("/problems/" + type);
    assertThat(problem.get("status").intValue()).isEqualTo(status);
    assertThat(response.body()).doesNotContain("Exception").doesNotContain("dev.holdfast");
    answers.keepTheContract(response);
    assertThat(api.cluster.state()).isEqualTo(before);
    return problem;
  }
}
