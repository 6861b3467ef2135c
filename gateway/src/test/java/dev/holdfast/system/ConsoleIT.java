package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.system.GatewayCluster.Node;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** The console of three gateways in a real browser, with real clicks. */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleIT {
  private static final int SESSIONS = 240;
  private static final Duration SHOWN = Duration.ofSeconds(3);
  private static final String CHAT = "[data-pool=chat]";

  private static NamedServers servers;
  private static GatewayCluster cluster;
  private static Crowd crowd;
  private static Browser browser;
  private static Node one;

  @BeforeAll
  static void start() throws Exception {
    if (Browser.installed().isEmpty()) {
      System.out.println("SKIPPED: chromium is not installed; the console was not clicked");
    }
    assumeTrue(Browser.installed().isPresent(), "chromium is not installed");
    servers = new NamedServers("app-1", "app-2", "app-3", "app-4");
    String limited = GatewayCluster.chat(10_000, "check: { type: none }");
    cluster = GatewayCluster.start(3, "", limited, servers, "app-1", "app-2", "app-3");
    one = cluster.nodes.get(0);
    crowd = new Crowd(32);
    crowd.each(
        SESSIONS, i -> crowd.open(Crowd.source(i), cluster.nodes.get(i % 3).listener, 10_000));
    browser = new Browser();
    open(one);
    browser.await("#tile-sessions", String.valueOf(SESSIONS));
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
    if (cluster != null) {
      crowd.close();
      cluster.close();
      servers.close();
    }
  }

  private static void open(Node node) throws Exception {
    browser.open("http://127.0.0.1:" + node.admin + "/");
    browser.await("#live", "live · " + node.name);
  }

  @Test
  @Order(1)
  void itsNumbersEqualTheMetrics() throws Exception {
    for (Node node : cluster.nodes) {
      open(node);
      long all = (long) node.metric("holdfast_cluster_sessions", "scope=\"cluster\"");
      assertThat(all).isEqualTo(SESSIONS);
      browser.await("#tile-sessions .value", String.valueOf(all));
      for (String server : new String[] {"app-1", "app-2", "app-3"}) {
        long over = 0;
        for (Node each : cluster.nodes) {
          over += (long) each.metric("holdfast_server_current_sessions", server);
        }
        assertThat(over).isEqualTo(servers.current(server));
        browser.await(row(server) + " td.strong", String.valueOf(over));
      }
      long listener = (long) node.metric("holdfast_cluster_sessions", "listener/chat");
      browser.await("#listeners-table tbody td.number", String.valueOf(listener));
      for (Node each : cluster.nodes) {
        long held = (long) each.metric("holdfast_node_current_sessions", "");
        browser.await("#nodes-table " + nodeRow(each) + " td.number", String.valueOf(held));
      }
    }
    open(one);
    assertThat(browser.faults).isEmpty();
  }

  @Test
  @Order(2)
  void aServerIsDrainedByClicks() throws Exception {
    int there = servers.current("app-1");
    browser.click("[aria-label='Drain app-1']");
    browser.await("dialog", "Its sessions (" + there + " now) end by themselves");
    browser.click("dialog input");
    browser.type("100/s");
    browser.await("dialog .plan-sum", there + " of the live sessions");
    browser.await("dialog .says", "closed at 100 a second");
    browser.picture("drain-plan");
    browser.click("dialog button.main");
    browser.await("#toasts", "has begun");
    browser.await(row("app-1"), "DRAIN");
    browser.await("#operations-list li", "done");
    browser.await("#operations-list .numbers", there + " of " + there);
    assertThat(servers.current("app-1")).isZero();
    assertThat(servers.current()).isEqualTo(SESSIONS - there);
    browser.await(CHAT + " .moved", "app-1 → app-2");

    browser.picture("drained");
    browser.click("[aria-label='Ready app-1']");
    browser.await("dialog", "A drain of it that is under way is cancelled");
    browser.click("dialog button.main");
    browser.await(row("app-1"), "READY");
    browser.await("#events-list", "app-1");
    assertThat(browser.faults).isEmpty();
  }

  @Test
  @Order(3)
  void aRebalanceShowsItsDryRunFirst() throws Exception {
    String added = "{\"host\":\"127.0.0.1\",\"ports\":[" + servers.port("app-4") + "]}";
    cluster.send(201, "PUT", one, "/v1/pools/chat/servers/app-4", added);
    browser.await(row("app-4"), "UP");
    browser.await(row("app-4"), "25 %");
    browser.click("[aria-label='Rebalance pool chat']");
    browser.await("dialog .plan-sum", "of the live sessions");
    String plan = browser.text("dialog .plan-sum");
    int sessions = Integer.parseInt(plan.substring(0, plan.indexOf(' ')).replace(",", ""));
    assertThat(sessions).isPositive();
    assertThat(one.get("/v1/operations").get("operations"))
        .as("nothing has begun")
        .noneMatch(operation -> operation.get("kind").textValue().startsWith("rebalance"));
    browser.picture("rebalance-plan");
    browser.click("dialog button.main");
    browser.await("#operations-list li", "rebalance-servers");
    browser.await("#operations-list li", "done");
    JsonNode operation = one.get("/v1/operations").at("/operations/0");
    assertThat(operation.get("closed").intValue()).isEqualTo(sessions);
    assertThat(browser.faults).isEmpty();
  }

  @Test
  @Order(4)
  void sessionsAreFoundAndClosedByClicks() throws Exception {
    browser.click("#sessions-body button[type=submit]");
    browser.await("#sessions-note", "50 sessions shown");
    browser.click("#sessions-body tbody tr:first-of-type .acts button");
    browser.await("dialog", "Both sides get the end of the stream");
    int before = servers.current();
    browser.click("dialog button.main");
    Await.until("one is closed", SHOWN, () -> servers.current() == before - 1);
  }

  /** Ends two nodes, so it is the last. */
  @Test
  @Order(5)
  void aNodeThatIsKilledIsShownWithinThreeSeconds() throws Exception {
    cluster.nodes.get(2).signal("KILL");
    long killed = System.nanoTime();
    browser.await("#nodes-table " + nodeRow(cluster.nodes.get(2)), "LOST", SHOWN);
    System.out.printf("kill -9 shown after %d ms%n", (System.nanoTime() - killed) / 1_000_000);
    browser.await("#tile-nodes", "2 of 3");
    browser.await("#events-list", "gw-3 is LOST");

    one.signal("KILL");
    browser.await("#banner", "gw-1 does not answer", SHOWN);
    browser.picture("lost");
    browser.click("#banner a");
    browser.await("#live", "live · gw-2");
    browser.await("#banner", "gw-2 sees no majority");
  }

  private static String row(String server) {
    return CHAT + " tbody tr:has([aria-label='Details of " + server + "'])";
  }

  private static String nodeRow(Node node) {
    return "tr:has([aria-label='Details of " + node.name + "'])";
  }
}
