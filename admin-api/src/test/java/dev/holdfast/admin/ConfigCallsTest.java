package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.admin.contract.Contract;
import dev.holdfast.config.NodeSettings;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The configuration and pins by HTTP; every answer keeps the contract. */
class ConfigCallsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TYPE = "application/json";

  /** Of one test: another server may have the port of one that has ended. */
  private final HttpClient client = HttpClient.newHttpClient();

  private final FakeCluster cluster = new FakeCluster();
  private final FakeConfigurations configurations = cluster.configurations;
  private Vertx vertx;
  private Answers answers;
  private AdminVerticle verticle;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    Contract contract = Contract.load(vertx).await();
    answers = new Answers(vertx, contract);
    verticle =
        new AdminVerticle(
            new NodeSettings.Admin(new HostPort("127.0.0.1", 0), null, null),
            null,
            Future.succeededFuture(contract),
            cluster.calls(),
            new GoodSignals(),
            () -> Future.succeededFuture(""));
    vertx.deployVerticle(verticle).await();
  }

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  private HttpResponse<String> send(
      String method, String path, String type, String tag, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + verticle.port() + path))
            .header("Content-Type", type)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (tag != null) {
      request.header("If-Match", tag);
    }
    HttpResponse<String> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    answers.keepTheContract(response);
    return response;
  }

  private ObjectNode present() throws Exception {
    HttpResponse<String> got = send("GET", "/v1/config", TYPE, null, null);
    assertThat(got.statusCode()).isEqualTo(200);
    assertThat(got.headers().firstValue("ETag")).contains("\"7\"");
    return (ObjectNode) JSON.readTree(got.body());
  }

  @Test
  void whatWasReadAndChangedIsPutBackAsItIsOrAlone() throws Exception {
    ObjectNode whole = present();
    ((ObjectNode) whole.at("/config/cluster")).put("lease", "20s");
    HttpResponse<String> put = send("PUT", "/v1/config", TYPE, "\"7\"", whole.toString());
    assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
    assertThat(put.headers().firstValue("ETag")).contains("\"8\"");
    JsonNode change = JSON.readTree(put.body());
    assertThat(change.get("revision").asLong()).isEqualTo(8);
    assertThat(change.at("/changes/0/key").asText()).isEqualTo("cluster.lease");
    assertThat(change.at("/changes/0/before").asText()).isEqualTo("10s");
    assertThat(configurations.config.lease()).hasSeconds(20);
    HttpResponse<String> alone =
        send("PUT", "/v1/config", TYPE, "\"8\"", whole.get("config").toString());
    assertThat(alone.statusCode()).isEqualTo(200);
  }

  @Test
  void aRevisionInTheBodyIsThatOfTheHeader() throws Exception {
    ObjectNode whole = present().put("revision", 6);
    HttpResponse<String> put = send("PUT", "/v1/config", TYPE, "\"7\"", whole.toString());
    assertThat(put.statusCode()).isEqualTo(400);
    assertThat(put.body()).contains("/revision");
  }

  @Test
  void aChangeSaysForWhichRevisionItWasMade() throws Exception {
    String config = present().get("config").toString();
    HttpResponse<String> without = send("PUT", "/v1/config", TYPE, null, config);
    assertThat(without.statusCode()).isEqualTo(428);
    assertThat(without.body()).contains("/problems/precondition");
    assertThat(send("PUT", "/v1/config", TYPE, "\"6\"", config).statusCode()).isEqualTo(412);
    for (String tag : new String[] {"7", "*", "W/\"7\"", "\"7\", \"8\""}) {
      assertThat(send("PUT", "/v1/config", TYPE, tag, config).statusCode()).isEqualTo(400);
    }
    assertThat(send("POST", "/v1/config/revisions/7/apply", TYPE, null, "{}").statusCode())
        .isEqualTo(428);
    assertThat(configurations.revision).isEqualTo(7);
  }

  @Test
  void aFileIsPutAsItIsWithWhatBelongsToItsNode() throws Exception {
    String yaml =
        "node: { name: gw-9, state-dir: /nowhere }\n"
            + FakeConfigurations.FILE.replace("ports: [9001]", "ports: [9001], weight: 7");
    HttpResponse<String> put = send("PUT", "/v1/config", "application/yaml", "\"7\"", yaml);
    assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
    assertThat(
            configurations
                .config
                .pool(new PoolName("chat"))
                .flatMap(pool -> pool.server(new ServerName("app-1")))
                .orElseThrow()
                .weight())
        .isEqualTo(7);
    HttpResponse<String> faulty =
        send("PUT", "/v1/config", "application/yaml", "\"8\"", yaml.replace("chat }", "chap }"));
    assertThat(faulty.statusCode()).isEqualTo(400);
    assertThat(faulty.body()).contains("/listeners/0/pool");
  }

  @Test
  void keysOfANodeAreUnknownInJson() throws Exception {
    ObjectNode config = (ObjectNode) present().get("config");
    ((ObjectNode) config.get("cluster")).put("name", "x");
    HttpResponse<String> put = send("PUT", "/v1/config", TYPE, "\"7\"", config.toString());
    assertThat(put.statusCode()).isEqualTo(400);
    assertThat(put.body()).contains("/cluster/name");
    config.remove("cluster");
    config.putObject("node");
    HttpResponse<String> node = send("PUT", "/v1/config", TYPE, "\"7\"", config.toString());
    assertThat(node.statusCode()).isEqualTo(400);
    assertThat(node.body()).contains("/node");
  }

  @Test
  void aDryRunHasNoTagAndFlagsAreTakenOver() throws Exception {
    String config = present().get("config").toString();
    HttpResponse<String> dry =
        send("PUT", "/v1/config?dryRun=true&force=false", TYPE, "\"7\"", config);
    assertThat(dry.statusCode()).isEqualTo(200);
    assertThat(dry.headers().firstValue("ETag")).isEmpty();
    assertThat(configurations.order).isEqualTo(new Configurations.Order(7, true, false, "local"));
    assertThat(configurations.revision).isEqualTo(7);
    assertThat(send("PUT", "/v1/config?dryRun=yes", TYPE, "\"7\"", config).statusCode())
        .isEqualTo(400);
    HttpResponse<String> again =
        send("POST", "/v1/config/revisions/7/apply?force=true", TYPE, "\"7\"", "{}");
    assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
    assertThat(configurations.order).isEqualTo(new Configurations.Order(7, false, true, "local"));
  }

  @Test
  void revisionsAreListedAndOneIsShownWhole() throws Exception {
    HttpResponse<String> all = send("GET", "/v1/config/revisions", TYPE, null, null);
    JsonNode first = JSON.readTree(all.body()).at("/revisions/0");
    assertThat(first.get("by").asText()).isEqualTo("ann");
    assertThat(first.has("config")).isFalse();
    HttpResponse<String> one = send("GET", "/v1/config/revisions/7", TYPE, null, null);
    assertThat(JSON.readTree(one.body()).at("/config/listeners/0/name").asText()).isEqualTo("chat");
  }

  @Test
  void pinsComeAndGo() throws Exception {
    String pin = "/v1/pools/chat/pins/127.10.0.7";
    String server = "{\"server\":\"app-2\"}";
    assertThat(send("PUT", pin, TYPE, null, server).statusCode()).isEqualTo(201);
    assertThat(send("PUT", pin, TYPE, null, server).statusCode()).isEqualTo(200);
    assertThat(configurations.pins)
        .containsEntry(Source.parse("127.10.0.7"), new ServerName("app-2"));
    assertThat(send("GET", "/v1/pools/chat/pins", TYPE, null, null).body())
        .isEqualTo("{\"pins\":[{\"source\":\"127.10.0.7\",\"server\":\"app-2\"}]}");
    assertThat(send("DELETE", pin, TYPE, null, null).statusCode()).isEqualTo(204);
    assertThat(send("DELETE", pin, TYPE, null, null).statusCode()).isEqualTo(404);
    assertThat(send("PUT", pin, TYPE, null, "{}").statusCode()).isEqualTo(400);
    assertThat(send("PUT", "/v1/pools/chat/pins/nobody", TYPE, null, server).statusCode())
        .isEqualTo(400);
  }
}
