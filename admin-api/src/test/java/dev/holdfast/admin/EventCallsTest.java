package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.admin.contract.Contract;
import dev.holdfast.config.NodeSettings;
import dev.holdfast.words.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stream of events, over HTTP on loopback. */
class EventCallsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static Vertx vertx;
  private static Contract contract;

  private final FakeCluster cluster = new FakeCluster();
  private final List<Socket> open = new ArrayList<>();
  private AdminVerticle verticle;

  @BeforeAll
  static void begin() {
    vertx = Vertx.vertx();
    contract = Contract.load(vertx).await();
  }

  @AfterAll
  static void end() {
    vertx.close().await();
  }

  @BeforeEach
  void start() {
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
  void stop() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
    vertx.undeploy(verticle.deploymentID()).await();
  }

  /** A stream, read line by line; the sizes of HTTP's chunks are no lines of it. */
  private BufferedReader stream(String header) throws IOException {
    Socket socket = new Socket("127.0.0.1", verticle.port());
    open.add(socket);
    socket.setSoTimeout(10_000);
    String request = "GET /v1/events HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  /** The next event of a name: its id, or null, and its data. */
  private static String[] next(BufferedReader stream, String name) throws IOException {
    String event = null;
    String id = null;
    for (String line = stream.readLine(); line != null; line = stream.readLine()) {
      if (line.startsWith("event: ")) {
        event = line.substring(7);
        id = null;
      } else if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("data: ") && name.equals(event)) {
        return new String[] {id, line.substring(6)};
      }
    }
    throw new IOException("the stream ended");
  }

  @Test
  void showsTheClusterEachSecond() throws Exception {
    BufferedReader stream = stream("");
    assertThat(stream.readLine()).isEqualTo("HTTP/1.1 200 OK");
    assertThat(stream.readLine()).isEqualToIgnoringCase("Content-Type: text/event-stream");
    for (int i = 0; i < 2; i++) {
      String[] view = next(stream, "view");
      assertThat(view[0]).isNull();
      JsonNode json = JSON.readTree(view[1]);
      assertThat(json.at("/cluster/name").textValue()).isEqualTo("c");
      assertThat(json.at("/nodes/0/name").textValue()).isEqualTo("gw-1");
      assertThat(json.at("/listeners/0/rates/newPerSecond").doubleValue()).isEqualTo(12.5);
      assertThat(json.at("/pools/0/servers")).hasSize(2);
      assertThat(json.get("at").textValue()).endsWith("Z");
    }
  }

  @Test
  void tellsWhatHappensAndWhatWasMissed() throws Exception {
    BufferedReader stream = stream("Last-Event-ID: 1\r\n");
    assertThat(next(stream, "happened")[0]).isEqualTo("2");
    assertThat(next(stream, "happened")[0]).isEqualTo("3");
    next(stream, "view");
    cluster.events.happen();
    String[] fourth = next(stream, "happened");
    assertThat(fourth[0]).isEqualTo("4");
    assertThat(JSON.readTree(fourth[1]))
        .isEqualTo(
            JSON.readTree(
                """
                {"id":4,"at":"2026-11-27T17:20:00.004Z","kind":"server",
                 "subject":"health/chat/app-4","by":"ann",
                 "text":"server chat/app-4 is DOWN (0 of 3 nodes say up)"}\
                """));
  }

  @Test
  void whoComesAnewIsToldNothingOld() throws Exception {
    BufferedReader stream = stream("");
    next(stream, "view");
    cluster.events.happen();
    assertThat(next(stream, "happened")[0]).isEqualTo("4");
  }

  @Test
  void refusesAWrongIdAndTooManyStreams() throws Exception {
    assertThat(stream("Last-Event-ID: x\r\n").readLine()).startsWith("HTTP/1.1 400");
    List<BufferedReader> streams = new ArrayList<>();
    for (int i = 0; i < Subscribers.MOST; i++) {
      streams.add(stream(""));
      next(streams.get(i), "view");
    }
    assertThat(stream("").readLine()).startsWith("HTTP/1.1 503");
    open.get(1).close();
    String line = "";
    for (int i = 0; i < 100 && !line.startsWith("HTTP/1.1 200"); i++) {
      line = stream("").readLine();
    }
    assertThat(line).startsWith("HTTP/1.1 200");
    next(streams.get(5), "view");
  }

  @Test
  void streamsAreCutWhenTokensAreReadAgain() throws Exception {
    BufferedReader stream = stream("");
    next(stream, "view");
    verticle.reload().await();
    String line = stream.readLine();
    for (int i = 0; line != null && i < 100; i++) {
      line = stream.readLine();
    }
    assertThat(line).isNull();
  }

  @Test
  void aReaderThatDoesNotReadIsCutAndTheOthersGoOn() throws Exception {
    BufferedReader lazy = stream("");
    next(lazy, "view");
    BufferedReader other = stream("");
    next(other, "view");
    String large = "x".repeat(10_000);
    int last = 0;
    for (int i = 0; i < 4000; i++) { // more than sockets and the queue hold
      cluster.events.happen(large);
      last = Integer.parseInt(next(other, "happened")[0]);
    }
    assertThat(last).isEqualTo(4003);
    int told = 0;
    try {
      for (; told < 4000; told++) {
        next(lazy, "happened");
      }
    } catch (IOException cut) {
      // as it should be
    }
    assertThat(told).isLessThan(4000);
  }
}
