package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.admin.contract.Contract;
import dev.holdfast.config.NodeSettings;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Every route and each wrong input, over HTTP on loopback. */
class AdminVerticleTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SERVER = "/v1/pools/chat/servers/";
  private static final String APP_4 =
      "{\"host\":\"127.0.0.1\",\"ports\":[9004],\"weight\":50,\"limits\":{\"sessions\":60000}}";

  private static Vertx vertx;
  private static Future<Contract> contract;
  private static Answers answers;

  /** Of one test: another server may have the port of one that has ended. */
  private final HttpClient client = HttpClient.newHttpClient();

  private final FakeCluster cluster = new FakeCluster();
  private volatile Signals.Signal ready = new Signals.Signal(true, "READY", null);
  private AdminVerticle verticle;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
    contract = Contract.load(vertx);
    answers = new Answers(vertx, contract.await());
  }

  @AfterAll
  static void close() {
    vertx.close().await();
  }

  @BeforeEach
  void start() {
    deploy(new NodeSettings.Admin(loopback(), null, null), null);
  }

  @AfterEach
  void stop() {
    if (verticle.deploymentID() != null) {
      vertx.undeploy(verticle.deploymentID()).await();
    }
  }

  @Test
  void answersTheClusterAsTheContractWritesIt() throws Exception {
    assertThat(json(get("/v1/cluster"), 200))
        .isEqualTo(
            JSON.readTree(
                """
                {"name":"c","node":"gw-1","leader":"gw-1","majority":true,"revision":7,
                 "sessions":{"current":290,"max":300,"limit":null},"headroom":710,
                 "scopes":[{"scope":"listener/chat","held":290,"granted":300,"limit":300}]}\
                """));
  }

  @Test
  void answersNodes() throws Exception {
    JsonNode nodes = json(get("/v1/nodes"), 200).get("nodes");
    assertThat(nodes).hasSize(2);
    assertThat(nodes.get(0))
        .isEqualTo(
            JSON.readTree(
                """
                {"name":"gw-1","state":"READY","version":"1.0.0","admin":"127.0.0.1:8081",
                 "sessions":{"current":97,"max":99,"limit":1000},
                 "permits":[{"scope":"listener/chat","held":97,"granted":110}],
                 "revision":7,"drift":false,"driftKeys":[],"silentMs":120,
                 "pools":[{"pool":"chat","epoch":4,"settled":true}]}\
                """));
  }

  @Test
  void answersListeners() throws Exception {
    assertThat(json(get("/v1/listeners"), 200).at("/listeners/0"))
        .isEqualTo(
            JSON.readTree(
                """
                {"name":"chat","bind":["127.0.0.1:7001"],"pool":"chat",
                 "sessions":{"current":290,"max":300,"limit":300},
                 "rates":{"newPerSecond":12.5,"refusedPerSecond":0.5,
                  "bytesInPerSecond":1000.0,"bytesOutPerSecond":2000.0,
                   "refusedByReason":{"listener-limit":0.5}}}\
                """));
  }

  @Test
  void answersPoolsPoolAndServer() throws Exception {
    JsonNode pool = json(get("/v1/pools/chat"), 200);
    assertThat(json(get("/v1/pools"), 200).at("/pools/0")).isEqualTo(pool);
    assertThat(pool.get("epoch").longValue()).isEqualTo(4);
    assertThat(pool.get("settled").booleanValue()).isTrue();
    JsonNode server = json(get(SERVER + "app-1"), 200);
    assertThat(pool.at("/servers/0")).isEqualTo(server);
    assertThat(server)
        .isEqualTo(
            JSON.readTree(
                """
                {"name":"app-1","host":"127.0.0.1","ports":[9001],"weight":100,
                 "adminState":"READY","health":"UP","votes":{"up":3,"down":0},"slots":32768,
                 "sessions":{"current":145,"max":150,"limit":60000},
                 "check":{"host":null,"port":null,"code":"L4OK","lastResult":"Layer4 check passed",
                   "at":"2026-11-27T18:40:00Z","tookMs":1,
                   "failing":[{"node":"gw-2","reason":"L4TOUT Layer4 timeout"}]},
                 "localPorts":{"used":97,"limit":28232}}\
                """));
    assertThat(json(get(SERVER + "app-2"), 200).get("health").isNull()).isTrue();
  }

  @Test
  void explains() throws Exception {
    assertThat(json(get("/v1/explain?listener=chat&source=127.10.0.7"), 200))
        .isEqualTo(
            JSON.readTree(
                """
                {"slot":4711,"epoch":4,"pool":"chat","server":"app-2","by":"slot",
                 "next":["app-1"],"decision":"admit","reason":null,
                 "ports":{"used":97,"limit":100},"check":"L4OK Layer4 check passed",
                 "source":"127.10.0.7","held":false,
                 "operatorPin":false,"standing":{"adminState":"READY","health":"UP"},
                 "permits":[
                  {"scope":"server/chat/app-2","held":145,"granted":160,"limit":null,
                   "heldHere":50,"grantedHere":50},
                  {"scope":"listener/chat","held":290,"granted":300,"limit":300,
                   "heldHere":97,"grantedHere":110}],
                 "queued":0,"changes":[{"when":"server app-2 is drained","server":"app-1"}]}\
                """));
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/explain?listener=chat,               ?source",
    "/v1/explain?source=127.0.0.1,            ?listener",
    "/v1/explain?listener=chat&source=here,   ?source",
    "/v1/explain?listener=-&source=127.0.0.1, ?listener",
    "/v1/explain?listener=chat&source=127.0.0.1&x=1, ?x",
    "/v1/explain?listener=chat&listener=b&source=127.0.0.1, ?listener",
    "/v1/cluster?pretty=1,                    ?pretty",
    "/v1/sessions?limit=0,                    ?limit",
    "/v1/sessions?limit=1001,                 ?limit",
    "/v1/sessions?limit=many,                 ?limit",
    "/v1/sessions?cursor=7,                   ?cursor",
    "/v1/sessions?source=a.b,                 ?source",
    "/v1/sources?source=127.0.0.1,            ?source",
    "/v1/pools/%20,                           pool",
    "/v1/pools/chat/servers/a%2Fb,            server"
  })
  void saysWhichParameterIsWrong(String path, String wrong) throws Exception {
    JsonNode problem = problem(get(path), 400, "invalid");
    assertThat(problem.at("/errors/0/path").textValue()).isEqualTo(wrong);
    assertThat(problem.at("/errors/0/expected").textValue()).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/index.html",
        "/v1",
        "/v1/pools/other",
        "/v1/pools/chat/servers/app-9",
        "/x",
        "/v1/pools/other/servers/app-1",
        "/v1/explain?listener=other&source=127.0.0.1"
      })
  void saysWhatIsUnknown(String path) throws Exception {
    problem(get(path), 404, "unknown");
  }

  @Test
  void addsChangesAndRemovesAServer() throws Exception {
    JsonNode added = json(send("PUT", SERVER + "app-4", APP_4), 201);
    assertThat(added.get("weight").intValue()).isEqualTo(50);
    assertThat(added.at("/sessions/limit").longValue()).isEqualTo(60000);
    JsonNode changed = json(send("PUT", SERVER + "app-4", "{\"host\":\"h\",\"ports\":[1,2]}"), 200);
    assertThat(changed.get("weight").intValue()).isEqualTo(100);
    assertThat(changed.at("/sessions/limit").isNull()).isTrue();
    HttpResponse<String> removed = send("DELETE", SERVER + "app-4", "");
    assertThat(removed.statusCode()).isEqualTo(204);
    assertThat(removed.body()).isEmpty();
    problem(send("DELETE", SERVER + "app-4", "{}"), 404, "unknown");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{}                                                        ; /host /ports",
        "{'host':'','ports':[1]}                                   ; /host",
        "{'host':7,'ports':[1]}                                    ; /host",
        "{'host':'a b','ports':[1]}                                ; /host",
        "{'host':'h','ports':[]}                                   ; /ports",
        "{'host':'h','ports':9001}                                 ; /ports",
        "{'host':'h','ports':[0,70000,'1',1.5]}   ; /ports/0 /ports/1 /ports/2 /ports/3",
        "{'host':'h','ports':[1,1]}                                ; /ports",
        "{'host':'h','ports':[1],'weight':1001}                    ; /weight",
        "{'host':'h','ports':[1],'weight':-1}                      ; /weight",
        "{'host':'h','ports':[1],'weight':null}                    ; /weight",
        "{'host':'h','ports':[1],'limits':5}                       ; /limits",
        "{'host':'h','ports':[1],'limits':{'sessions':0}}          ; /limits/sessions",
        "{'host':'h','ports':[1],'limits':{'sessions':99999999999999999999}} ; /limits/sessions",
        "{'host':'h','ports':[1],'limits':{'queue':1}}             ; /limits/queue",
        "{'host':'h','ports':[1],'check':{'host':'a b'}}           ; /check/host",
        "{'host':'h','ports':[1],'check':{'port':0,'path':'/'}}    ; /check/port /check/path",
        "{'host':'h','ports':[1],'pots':1,'a/b':2}                 ; /pots /a~1b"
      })
  void saysWhichFieldsAreWrong(String body, String wrong) throws Exception {
    JsonNode problem =
        problem(send("PUT", SERVER + "app-4", body.trim().replace('\'', '"')), 400, "invalid");
    List<String> paths = problem.get("errors").findValuesAsText("path");
    assertThat(paths).containsExactlyInAnyOrder(wrong.trim().split(" "));
    assertThat(cluster.servers).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "7", "{", "{} {}", "{\"host\":\"a\",\"host\":\"b\"}", "\u0000"})
  void refusesABodyThatIsNoObject(String body) throws Exception {
    problem(send("PUT", SERVER + "app-4", body), 400, "invalid");
  }

  @Test
  void refusesADeepBody() throws Exception {
    problem(send("PUT", SERVER + "app-4", "[".repeat(60_000)), 400, "invalid");
  }

  @Test
  void refusesALargeBody() throws Exception {
    String large = "{\"host\":\"" + "a".repeat(70_000) + "\"}";
    problem(send("PUT", SERVER + "app-4", large), 413, "too-large");
  }

  @Test
  void refusesALongLineAndLongHeaders() throws Exception {
    assertThat(raw("GET /" + "a".repeat(5000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .containsPattern("^HTTP/1.. 414")
        .contains("/problems/too-large");
    assertThat(raw("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(9000) + "\r\n\r\n"))
        .containsPattern("^HTTP/1.. 431");
    assertThat(raw("HELLO\r\n\r\n")).containsPattern("^HTTP/1.. 400").contains("/problems/invalid");
  }

  @Test
  void closesConnectionsThatAskNothingOrNeverEnd() throws Exception {
    assertThat(raw("")).isEmpty();
    assertThat(raw("GET /v1/cluster HTTP/1.1\r\nHost: loc")).isEmpty();
    String begun = "PUT " + SERVER + "app-1 HTTP/1.1\r\nHost: localhost\r\n";
    assertThat(raw(begun + "Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{"))
        .isEmpty();
  }

  @Test
  void tellsWhatHappened() throws Exception {
    JsonNode all = json(get("/v1/history"), 200).get("happened");
    assertThat(all.findValuesAsText("id")).containsExactly("1", "2", "3");
    assertThat(json(get("/v1/history?limit=1"), 200).at("/happened/0/id").intValue()).isEqualTo(3);
    JsonNode later = json(get("/v1/history?after=1&limit=1"), 200).get("happened");
    assertThat(later.findValuesAsText("id")).containsExactly("2");
  }

  @Test
  void listsSessionsByPages() throws Exception {
    JsonNode first = json(get("/v1/sessions?limit=2"), 200);
    assertThat(first.get("sessions").findValuesAsText("id"))
        .containsExactly("gw-1~18c-1", "gw-1~18c-2");
    assertThat(first.get("cursor").textValue()).isEqualTo("gw-1~18c-2");
    JsonNode last = json(get("/v1/sessions?limit=3&cursor=gw-1~18c-2"), 200);
    assertThat(last.get("sessions").findValuesAsText("id"))
        .containsExactly("gw-1~18c-3", "gw-2~18c-4", "gw-2~18c-5");
    assertThat(last.get("cursor").isNull()).isTrue();
    assertThat(last.at("/missing/0").textValue()).isEqualTo("gw-3");
    assertThat(last.at("/sessions/0"))
        .isEqualTo(
            JSON.readTree(
                """
                {"id":"gw-1~18c-3","node":"gw-1","listener":"chat","pool":"chat",
                 "server":"app-2","state":"RELAYING","client":"127.10.0.1:40003",
                 "source":"127.10.0.1","local":"127.0.0.1:50003","target":"127.0.0.1:9001",
                 "ageMs":60003,"idleMs":3000,"bytesIn":10,"bytesOut":20,
                 "proxy":"10.0.0.7:41002","uniqueId":"ID-1","authority":null}\
                """));
    String filtered = "/v1/sessions?pool=chat&server=app-1&node=gw-1&source=127.10.0.3&limit=1000";
    assertThat(json(get(filtered), 200).get("sessions").findValuesAsText("id"))
        .containsExactly("gw-1~18c-2");
    JsonNode heavy = json(get("/v1/sources?limit=1"), 200);
    assertThat(heavy.at("/sources/0/sessions").intValue()).isEqualTo(2);
  }

  @Test
  void closesSessions() throws Exception {
    HttpResponse<String> one = send("DELETE", "/v1/sessions/gw-1~18c-1", "");
    assertThat(one.statusCode()).isEqualTo(204);
    problem(send("DELETE", "/v1/sessions/gw-1~18c-1", "{}"), 404, "unknown");
    JsonNode closing =
        json(
            send("POST", "/v1/sessions/close", "{\"source\":\"127.10.0.3\",\"pace\":\"50/s\"}"),
            202);
    assertThat(closing.get("sessions").intValue()).isEqualTo(2);
    assertThat(closing.at("/nodes/1"))
        .isEqualTo(JSON.readTree("{\"node\":\"gw-2\",\"sessions\":1}"));
    assertThat(cluster.sessions.perSecond).isEqualTo(50);
    assertThat(cluster.sessions.live).hasSize(2);
    json(send("POST", "/v1/sessions/close", "{\"server\":\"app-1\"}"), 202);
    assertThat(cluster.sessions.perSecond).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'pace':'1/s'}",
        "{'source':'here'}",
        "{'source':'127.0.0.1','pace':'0/s'}",
        "{'source':'127.0.0.1','pace':'1/m'}",
        "{'server':'-'}",
        "{'sever':'app-1'}"
      })
  void closesNothingByMistake(String body) throws Exception {
    problem(send("POST", "/v1/sessions/close", body.replace('\'', '"')), 400, "invalid");
    assertThat(cluster.sessions.live).hasSize(5);
  }

  @Test
  void removesNotTheLastServer() throws Exception {
    cluster.servers.remove(new ServerName("app-2"));
    problem(send("DELETE", SERVER + "app-1", ""), 409, "conflict");
  }

  @Test
  void forgetsANode() throws Exception {
    assertThat(json(send("POST", "/v1/nodes/gw-2/forget", ""), 200).get("state").textValue())
        .isEqualTo("LEFT");
    json(send("POST", "/v1/nodes/gw-2/forget", "{}"), 200);
    problem(send("POST", "/v1/nodes/gw-1/forget", ""), 409, "conflict");
    problem(send("POST", "/v1/nodes/gw-9/forget", ""), 404, "unknown");
    problem(send("POST", "/v1/nodes/gw-2/forget", "{\"force\":true}"), 400, "invalid");
  }

  @Test
  void changesNothingWithoutAMajority() throws Exception {
    cluster.alone = true;
    problem(send("PUT", SERVER + "app-4", APP_4), 503, "no-majority");
    assertThat(json(get("/v1/cluster"), 200).get("leader").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "POST,   /v1/cluster,              'GET, HEAD'",
    "PUT,    /v1/pools/chat,           'GET, HEAD'",
    "OPTIONS,/v1/nodes,                'GET, HEAD'",
    "GET,    /v1/nodes/gw-2/forget,    POST",
    "PATCH,  /v1/pools/chat/servers/a, 'DELETE, GET, HEAD, PUT'"
  })
  void saysWhichMethodsAreAllowed(String method, String path, String allowed) throws Exception {
    HttpResponse<String> response = send(method, path, "{}");
    problem(response, 405, "method-not-allowed");
    assertThat(response.headers().firstValue("Allow")).contains(allowed);
  }

  @Test
  void answersHeadWithoutABody() throws Exception {
    HttpResponse<String> head = send("HEAD", "/v1/cluster", "");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void aChangeSaysThatItIsJson() throws Exception {
    HttpRequest plain =
        HttpRequest.newBuilder(uri(SERVER + "app-4"))
            .header("Content-Type", "text/plain")
            .PUT(HttpRequest.BodyPublishers.ofString(APP_4))
            .build();
    assertThat(problem(text(plain), 400, "invalid").at("/errors/0/path").textValue())
        .isEqualTo("Content-Type");
    HttpRequest none = HttpRequest.newBuilder(uri(SERVER + "app-1")).DELETE().build();
    problem(text(none), 400, "invalid");
    assertThat(cluster.servers).hasSize(2);
  }

  @Test
  void withoutTokensServesLoopbackNamesOnly() throws Exception {
    for (String host : List.of("localhost", "127.0.0.1:8081", "[::1]:8081", "LOCALHOST:1")) {
      assertThat(raw(request(host, ""))).startsWith("HTTP/1.1 200");
    }
    for (String host : List.of("evil.example", "localhost.evil.example", "127.0.0.1.evil", "")) {
      assertThat(raw(request(host, "")))
          .as(host)
          .startsWith("HTTP/1.1 403")
          .contains("/problems/forbidden");
    }
    assertThat(raw(request("localhost", "Origin: http://localhost:3000\r\n")))
        .startsWith("HTTP/1.1 200");
    for (String origin : List.of("null", "https://evil.example", "http://localhost.evil")) {
      assertThat(raw(request("localhost", "Origin: " + origin + "\r\n")))
          .as(origin)
          .startsWith("HTTP/1.1 403");
    }
    assertThat(raw("GET /v1/cluster HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.0 403");
    assertThat(raw("GET /health/live HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.0 200");
  }

  private static String request(String host, String more) {
    return "GET /v1/cluster HTTP/1.1\r\nHost: "
        + host
        + "\r\n"
        + more
        + "Connection: close\r\n\r\n";
  }

  @Test
  void noPageOfAnotherSiteCanDriveIt() throws Exception {
    String other = "Sec-Fetch-Site: cross-site\r\n";
    assertThat(raw(request("localhost", other))).startsWith("HTTP/1.1 403");
    assertThat(raw(request("localhost", other + "Sec-Fetch-Mode: navigate\r\n")))
        .startsWith("HTTP/1.1 200");
    assertThat(raw(request("localhost", "Sec-Fetch-Site: same-origin\r\n")))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void strangersAreSlowedDownAndKnownTokensPass(@TempDir Path dir) throws Exception {
    stop();
    Path file = dir.resolve("tokens.yaml");
    Files.writeString(file, tokens("viewer", "v-token"));
    deploy(new NodeSettings.Admin(loopback(), file, null), null);
    HttpResponse<String> last = borne("GET", "/v1/cluster", "guess-0");
    for (int i = 1; i < 500 && last.statusCode() == 401; i++) {
      last = borne("GET", "/v1/cluster", "guess-" + i);
    }
    problem(last, 429, "rate");
    assertThat(last.headers().firstValue("Retry-After")).contains("1");
    json(borne("GET", "/v1/cluster", "v-token"), 200);
    json(get("/health/ready"), 200);
  }

  @Test
  void everyChangeIsALineOfTheAudit() throws Exception {
    Logger audit = (Logger) LoggerFactory.getLogger("holdfast.audit");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    audit.addAppender(lines);
    audit.setLevel(Level.INFO);
    try {
      send("PUT", SERVER + "app-1", "{\"host\":\"h\",\n\"ports\":[7]}");
      send("DELETE", SERVER + "app-9", "");
      get("/v1/cluster");
    } finally {
      audit.detachAppender(lines);
      audit.setLevel(null);
    }
    assertThat(lines.list).hasSize(2);
    assertThat(lines.list.get(0).getFormattedMessage())
        .startsWith("who=local role=OPERATOR from=127.0.0.1:")
        .contains("call=putServer target=" + SERVER + "app-1 outcome=done")
        .contains("body={\"host\":\"h\", \"ports\":[7]} before={\"name\":\"app-1\"")
        .contains("\"ports\":[9001]")
        .contains("after={")
        .contains("\"ports\":[7]")
        .doesNotContain("\n");
    assertThat(lines.list.get(1).getFormattedMessage())
        .contains("outcome=404")
        .contains("before=-");
  }

  @Test
  void tellsHealth() throws Exception {
    assertThat(json(get("/health/live"), 200).get("good").booleanValue()).isTrue();
    assertThat(json(get("/health/ready"), 200).get("state").textValue()).isEqualTo("READY");
    ready = new Signals.Signal(false, "JOINING", "tables are not loaded");
    assertThat(json(get("/health/ready"), 503).get("reason").textValue())
        .isEqualTo("tables are not loaded");
    json(get("/health/live"), 200);
    json(get("/health/route"), 200);
  }

  @Test
  void servesMetrics() throws Exception {
    HttpResponse<String> response = get("/metrics");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("holdfast_x 1\n");
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain; version=0.0.4");
  }

  @Test
  void tellsNothingOfItsOwnFaults() throws Exception {
    cluster.failure = new IllegalStateException("secret at /home");
    JsonNode problem = problem(get("/v1/cluster"), 500, "internal");
    assertThat(problem.toString()).doesNotContain("secret").doesNotContain("Exception");
  }

  @Test
  void aCallEndsInTime() throws Exception {
    cluster.silent = true;
    problem(get("/v1/cluster"), 504, "timeout");
  }

  @Test
  void sendsSecurityHeadersWithEveryAnswer() throws Exception {
    for (String path : List.of("/v1/cluster", "/x", "/metrics", "/health/live")) {
      var headers = get(path).headers();
      assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(headers.firstValue("Cache-Control")).contains("no-store");
      assertThat(headers.firstValue("Content-Security-Policy")).isPresent();
    }
  }

  @Test
  void withTokensServesBearersByTheirRole(@TempDir Path dir) throws Exception {
    stop();
    Path file = dir.resolve("tokens.yaml");
    Files.writeString(file, tokens("viewer", "v-token") + tokens("operator", "o-token"));
    deploy(new NodeSettings.Admin(loopback(), file, null), null);
    HttpResponse<String> nobody = get("/v1/cluster");
    problem(nobody, 401, "unauthenticated");
    assertThat(nobody.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    problem(get("/metrics"), 401, "unauthenticated");
    json(get("/health/ready"), 200);
    problem(borne("GET", "/v1/cluster", "wrong"), 401, "unauthenticated");
    json(borne("GET", "/v1/cluster", "v-token"), 200);
    problem(borne("DELETE", SERVER + "app-1", "v-token"), 403, "forbidden");
    assertThat(borne("DELETE", SERVER + "app-1", "o-token").statusCode()).isEqualTo(204);

    Files.writeString(file, tokens("viewer", "new-token"));
    verticle.reload().await();
    problem(borne("GET", "/v1/cluster", "v-token"), 401, "unauthenticated");
    json(borne("GET", "/v1/cluster", "new-token"), 200);
    Files.writeString(file, "nonsense");
    assertThatThrownBy(() -> verticle.reload().await())
        .isInstanceOf(IllegalArgumentException.class);
    json(borne("GET", "/v1/cluster", "new-token"), 200);
  }

  private static String tokens(String role, String token) throws Exception {
    String hash =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest(token.getBytes(StandardCharsets.UTF_8)));
    return "- { name: " + token + ", role: " + role + ", sha256: \"" + hash + "\" }\n";
  }

  @Test
  void servesHealthAndMetricsAloneOnTheProbeAddress() throws Exception {
    stop();
    deploy(new NodeSettings.Admin(loopback(), null, null), loopback());
    String probe = "http://127.0.0.1:" + verticle.probePort();
    for (String path : List.of("/health/live", "/health/ready", "/health/route", "/metrics")) {
      assertThat(text(HttpRequest.newBuilder(URI.create(probe + path)).build()).statusCode())
          .isEqualTo(200);
    }
    problem(
        text(HttpRequest.newBuilder(URI.create(probe + "/v1/cluster")).build()), 404, "unknown");
  }

  @Test
  void speaksTlsAndReadsTheCertificateAgain(@TempDir Path dir) throws Exception {
    stop();
    NodeSettings.Tls tls = selfSigned(dir);
    deploy(new NodeSettings.Admin(loopback(), null, tls), null);
    HttpClientOptions trusting =
        new HttpClientOptions().setSsl(true).setTrustAll(true).setVerifyHost(false);
    for (int round = 0; round < 2; round++) {
      var client = vertx.createHttpClient(trusting);
      var response =
          client
              .request(HttpMethod.GET, verticle.port(), "127.0.0.1", "/v1/cluster")
              .compose(request -> request.send())
              .await();
      assertThat(response.statusCode()).isEqualTo(200);
      client.close().await();
      verticle.reload().await();
    }
  }

  /** A certificate by the JDK's own tool, in PEM. */
  private static NodeSettings.Tls selfSigned(Path dir) throws Exception {
    Path store = dir.resolve("store");
    char[] secret = "secret".toCharArray();
    String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    String line = " -genkeypair -keyalg EC -alias a -dname CN=localhost -storetype PKCS12";
    String rest = " -storepass secret -keypass secret -keystore ";
    List<String> command = new ArrayList<>(List.of(tool));
    command.addAll(List.of((line + rest).trim().split(" ")));
    command.add(store.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), secret);
    Path chain = dir.resolve("chain.pem");
    Files.writeString(chain, pem("CERTIFICATE", keys.getCertificate("a").getEncoded()));
    Path key = dir.resolve("key.pem");
    Files.writeString(key, pem("PRIVATE KEY", keys.getKey("a", secret).getEncoded()));
    return new NodeSettings.Tls(chain, key);
  }

  private static String pem(String kind, byte[] bytes) {
    String text = Base64.getMimeEncoder().encodeToString(bytes);
    return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
  }

  @Test
  void refusesAPathThatIsNoText() throws Exception {
    assertThat(raw(request("localhost", "").replace("/v1/cluster", "/v1/pools/%zz")))
        .startsWith("HTTP/1.1 400")
        .contains("/problems/invalid");
  }

  @Test
  void doesNotStartOpenToOthersWithoutTokens() {
    NodeSettings.Admin open = new NodeSettings.Admin(new HostPort("0.0.0.0", 0), null, null);
    assertThatThrownBy(() -> vertx.deployVerticle(verticle(open, null)).await())
        .hasMessageContaining("0.0.0.0:0 (expected: a loopback address");
  }

  private static HostPort loopback() {
    return new HostPort("127.0.0.1", 0);
  }

  private void deploy(NodeSettings.Admin settings, HostPort probe) {
    verticle = verticle(settings, probe);
    vertx.deployVerticle(verticle).await();
  }

  private AdminVerticle verticle(NodeSettings.Admin settings, HostPort probe) {
    Signals signals =
        new Signals() {
          @Override
          public Signal ready() {
            return ready;
          }

          @Override
          public Signal route() {
            return new Signal(true, "READY", null);
          }
        };
    return new AdminVerticle(
        settings,
        probe,
        contract,
        cluster.calls(),
        signals,
        () -> Future.succeededFuture("holdfast_x 1\n"),
        Duration.ofMillis(300));
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + verticle.port() + path);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return text(HttpRequest.newBuilder(uri(path)).build());
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    return text(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json; charset=utf-8")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private HttpResponse<String> borne(String method, String path, String token) throws Exception {
    return text(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build());
  }

  private HttpResponse<String> text(HttpRequest request) throws Exception {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", verticle.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static JsonNode json(HttpResponse<String> response, int status) throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    answers.keepTheContract(response);
    return JSON.readTree(response.body());
  }

  private static JsonNode problem(HttpResponse<String> response, int status, String type)
      throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = JSON.readTree(response.body());
    assertThat(problem.get("type").textValue()).isEqualTo("/problems/" + type);
    assertThat(problem.get("status").intValue()).isEqualTo(status);
    assertThat(problem.get("detail").textValue()).isNotBlank();
    assertThat(problem.get("errors").isArray()).isTrue();
    answers.keepTheContract(response);
    return problem;
  }
}
