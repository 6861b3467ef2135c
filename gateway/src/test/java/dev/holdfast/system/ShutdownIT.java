package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A node that is told to end: its sessions end in order, the others take over, exit status 0. */
class ShutdownIT {
  private static final int LIMIT = 300;

  private static GatewayCluster start(NamedServers servers) throws Exception {
    return GatewayCluster.start(
        GatewayCluster.prepare(
            3,
            "  on-partition: strict",
            GatewayCluster.chat(LIMIT, "check: { type: none }"),
            servers,
            "app-1",
            "app-2",
            "app-3"));
  }

  @Test
  void terminatesWithoutAWordTooMuchAndGivesItsPermitsBack() throws Exception {
    try (NamedServers servers = new NamedServers("app-1", "app-2", "app-3");
        GatewayCluster cluster = start(servers);
        Crowd stay = new Crowd();
        Crowd end = new Crowd()) {
      GatewayCluster.Node leaving = cluster.nodes.get(0);
      GatewayCluster.Node staying = cluster.nodes.get(1);
      stay.each(50, i -> assertThat(stay.open(Crowd.source(i), staying.listener, 8_000)).isTrue());
      end.each(
          250, i -> assertThat(end.open(Crowd.source(500 + i), leaving.listener, 8_000)).isTrue());
      leaving.signal("TERM");
      Await.until("readiness fails first", Duration.ofSeconds(5), () -> !leaving.ready());
      assertThat(end.alive()).as("nobody has to go during the grace").isEqualTo(250);
      assertThat(leaving.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(leaving.process.exitValue()).isZero();
      assertThat(leaving.tail()).doesNotContain("ERROR").doesNotContain("WARN");
      assertThat(stay.alive()).isEqualTo(50);
      end.leave();
      Await.until(
          "the others use what it gave back",
          Duration.ofSeconds(30),
          () -> {
            int missing = LIMIT - servers.current();
            end.each(missing, i -> end.open(Crowd.source(5_000 + i), staying.listener, 8_000));
            return servers.current() == LIMIT;
          });
      assertThat(servers.most()).isEqualTo(LIMIT);
    }
  }

  @Test
  void endsAtOnceOnAnInterrupt() throws Exception {
    try (NamedServers servers = new NamedServers("app-1", "app-2", "app-3");
        GatewayCluster cluster = start(servers);
        Crowd crowd = new Crowd()) {
      GatewayCluster.Node leaving = cluster.nodes.get(2);
      crowd.each(
          50, i -> assertThat(crowd.open(Crowd.source(i), leaving.listener, 8_000)).isTrue());
      leaving.signal("INT");
      assertThat(leaving.process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(leaving.process.exitValue()).isZero();
      Await.until("no session is left", Duration.ofSeconds(5), () -> servers.current() == 0);
    }
  }
}
