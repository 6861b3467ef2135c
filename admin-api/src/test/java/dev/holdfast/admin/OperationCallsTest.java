package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.admin.contract.Contract;
import dev.holdfast.config.NodeSettings;
import dev.holdfast.words.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders as the contract states them: defaults, values, answers. */
class OperationCallsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final FakeCluster CLUSTER = new FakeCluster();
  private static final String DRAIN = "/v1/pools/chat/servers/app-1/drain";
  private static Vertx vertx;
  private static Answers answers;
  private static AdminVerticle verticle;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    Contract contract = Contract.load(vertx).await();
    answers = new Answers(vertx, contract);
    verticle =
        new AdminVerticle(
            new NodeSettings.Admin(new HostPort("127.0.0.1", 0), null, null),
            null,
            Future.succeededFuture(contract),
            CLUSTER.calls(),
            new GoodSignals(),
            () -> Future.succeededFuture("holdfast_x 1\n"));
    vertx.deployVerticle(verticle).await();
  }

  @AfterAll
  static void stop() {
    vertx.close().await();
  }

  @BeforeEach
  void forget() {
    CLUSTER.ordered.clear();
  }

  private static JsonNode post(int status, String path, String body) throws Exception {
    HttpResponse<String> response =
        CLIENT.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + verticle.port() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    answers.keepTheContract(response);
    return JSON.readTree(response.body());
  }

  private static void no(String path, String body, String at) throws Exception {
    JsonNode problem = post(400, path, body);
    assertThat(problem.get("errors").findValuesAsText("path")).containsExactly(at);
    assertThat(CLUSTER.ordered).isEmpty();
  }

  @Test
  void aDrainHasTheDefaultsOfTheContract() throws Exception {
    JsonNode operation = post(202, DRAIN, "{}");
    assertThat(operation.get("id").asText()).isEqualTo("op-17");
    assertThat(operation.get("total").asInt()).isEqualTo(600);
    assertThat(CLUSTER.ordered)
        .containsExactly(
            "drain-server server/chat/app-1 ServerDrain[pace=null, deadlineMs=null, closes=false,"
                + " keeps=false] by local");
    CLUSTER.ordered.clear();
    post(202, "/v1/nodes/gw-2/drain", "");
    assertThat(CLUSTER.ordered)
        .containsExactly(
            "drain-node node/gw-2 NodeDrain[graceMs=5000, pace=null, deadlineMs=null,"
                + " closes=false, forced=false] by local");
    CLUSTER.ordered.clear();
    post(202, "/v1/rebalances", "{\"over\":\"servers\",\"pool\":\"chat\"}");
    assertThat(CLUSTER.ordered)
        .containsExactly(
            "rebalance-servers pool/chat Rebalance[pool=chat, pace=50, threshold=1.1, budget=null]"
                + " by local");
  }

  @Test
  void everyFieldIsRead() throws Exception {
    post(
        202,
        DRAIN,
        "{\"pace\":\"100/s\",\"order\":\"idle-first\",\"deadline\":\"60s\","
            + "\"onDeadline\":\"close\",\"sticky\":\"keep\",\"dryRun\":false}");
    post(
        202,
        "/v1/nodes/gw-2/drain",
        "{\"grace\":\"1s\",\"pace\":\"200/s\",\"deadline\":\"30m\",\"onDeadline\":\"close\","
            + "\"force\":true}");
    post(
        202,
        "/v1/rebalances",
        "{\"over\":\"nodes\",\"threshold\":1.2,\"pace\":\"9/s\",\"budget\":1000}");
    post(202, DRAIN, "{\"pace\":\"none\",\"deadline\":\"none\"}");
    assertThat(CLUSTER.ordered)
        .containsExactly(
            "drain-server server/chat/app-1 ServerDrain[pace=100, deadlineMs=60000, closes=true,"
                + " keeps=true] by local",
            "drain-node node/gw-2 NodeDrain[graceMs=1000, pace=200, deadlineMs=1800000,"
                + " closes=true, forced=true] by local",
            "rebalance-nodes cluster Rebalance[pool=null, pace=9, threshold=1.2, budget=1000] by"
                + " local",
            "drain-server server/chat/app-1 ServerDrain[pace=null, deadlineMs=null, closes=false,"
                + " keeps=false] by local");
  }

  @Test
  void aDryRunAnswersThePlanAndDoesNothing() throws Exception {
    JsonNode plan = post(200, DRAIN, "{\"dryRun\":true}").get("plan");
    assertThat(plan.get("sessions").asInt()).isEqualTo(455);
    assertThat(plan.at("/maxOverMean/1").asDouble()).isEqualTo(1.01);
    post(200, "/v1/nodes/gw-2/drain", "{\"dryRun\":true}");
    post(200, "/v1/rebalances", "{\"over\":\"nodes\",\"dryRun\":true}");
    assertThat(CLUSTER.ordered).isEmpty();
  }

  @Test
  void whatBreaksARuleIsSaidWithItsPlace() throws Exception {
    no(DRAIN, "{\"pace\":\"100\"}", "/pace");
    no(DRAIN, "{\"pace\":\"0/s\"}", "/pace");
    no(DRAIN, "{\"deadline\":\"soon\"}", "/deadline");
    no(DRAIN, "{\"onDeadline\":\"stop\"}", "/onDeadline");
    no(DRAIN, "{\"sticky\":\"yes\"}", "/sticky");
    no(DRAIN, "{\"order\":\"newest\"}", "/order");
    no(DRAIN, "{\"dryRun\":\"true\"}", "/dryRun");
    no(DRAIN, "{\"force\":true}", "/force");
    no("/v1/rebalances", "{\"over\":\"servers\"}", "/pool");
    no("/v1/rebalances", "{\"over\":\"nodes\",\"pool\":\"chat\"}", "/pool");
    no("/v1/rebalances", "{\"over\":\"nodes\",\"threshold\":0.5}", "/threshold");
    no("/v1/rebalances", "{\"over\":\"nodes\",\"budget\":0}", "/budget");
    no("/v1/rebalances", "{\"over\":\"nodes\",\"pace\":\"none\"}", "/pace");
  }

  @Test
  void wordsOnOperationsAndStates() throws Exception {
    for (String word : new String[] {"pause", "resume", "cancel"}) {
      post(200, "/v1/operations/op-17/" + word, "{}");
      post(404, "/v1/operations/op-18/" + word, "{}");
    }
    post(200, "/v1/pools/chat/servers/app-1/ready", "{}");
    post(200, "/v1/pools/chat/servers/app-1/maintenance", "{}");
    post(200, "/v1/nodes/gw-2/ready", "{}");
    assertThat(CLUSTER.ordered)
        .containsExactly(
            "op-17 PAUSE by local",
            "op-17 RESUME by local",
            "op-17 CANCEL by local",
            "app-1 READY",
            "app-1 MAINT",
            "gw-2 READY");
  }
}
