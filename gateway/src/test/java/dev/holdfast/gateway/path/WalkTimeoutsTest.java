package dev.holdfast.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.PoolConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Sessions that the gateway ends because they are silent or old. */
class WalkTimeoutsTest extends WalkScene {
  @Test
  void endsWhoIsSilentForTooLong() throws Exception {
    gateway.timeouts = new PoolConfig.Timeouts(Duration.ofSeconds(1), Duration.ofMillis(300), null);
    start();
    End client = client().send(1, 0);
    End server = accepted(app1).expect(1, 0);
    assertThat(client.next()).isEqualTo("FIN");
    assertThat(server.next()).isEqualTo("FIN");
    client.close();
    server.close();
    ended("sD");
  }

  @Test
  void activityInOneDirectionKeepsIt() throws Exception {
    gateway.timeouts = new PoolConfig.Timeouts(Duration.ofSeconds(1), Duration.ofMillis(400), null);
    start();
    End client = client();
    End server = accepted(app1);
    long began = System.nanoTime();
    while (System.nanoTime() - began < 1_000_000_000L) {
      server.send(1, 1);
      client.expect(1, 1);
      LockSupport.parkNanos(20_000_000);
    }
    assertThat(gateway.path.size()).isEqualTo(1);
  }

  private static PoolConfig.Timeouts timeouts(
      Duration clientIdle, Duration serverIdle, Duration maxAge, int jitter) {
    return new PoolConfig.Timeouts(
        Duration.ofSeconds(1), null, clientIdle, serverIdle, null, maxAge, jitter);
  }

  /** One side goes on sending until the session is ended, and is not heard. */
  private void untilEnded(End speaks, End hears, String letters) throws IOException {
    while (!gateway.counts().ended().containsKey(letters)) {
      if (speaks.cannotSend(1)) {
        break;
      }
      hears.socket.getInputStream().read(new byte[64]);
      LockSupport.parkNanos(20_000_000);
    }
    speaks.close();
    hears.close();
    ended(letters);
  }

  @Test
  void endsASilentClientThoughItsServerSpeaks() throws Exception {
    gateway.timeouts = timeouts(Duration.ofMillis(300), null, null, 0);
    start();
    End client = client();
    untilEnded(accepted(app1), client, "cD");
  }

  @Test
  void endsASilentServerThoughItsClientSpeaks() throws Exception {
    gateway.timeouts = timeouts(null, Duration.ofMillis(300), null, 0);
    start();
    End client = client();
    untilEnded(client, accepted(app1), "sD");
  }

  @Test
  void aSideThatHasEndedNeedNotSpeak() throws Exception {
    gateway.timeouts = timeouts(Duration.ofMillis(100), Duration.ofMillis(300), null, 0);
    start();
    client().fin();
    End server = accepted(app1);
    assertThat(server.next()).isEqualTo("FIN");
    ended("sL");
  }

  @Test
  void endsWhoHasReachedTheMaximumAgeThoughBothSpeak() throws Exception {
    gateway.timeouts = timeouts(null, null, Duration.ofMillis(400), 0);
    start();
    End client = client();
    End server = accepted(app1);
    long began = System.nanoTime();
    while (!client.cannotSend(1) && !server.cannotSend(1) && gateway.path.size() > 0) {
      LockSupport.parkNanos(10_000_000);
    }
    ended("AD");
    assertThat(System.nanoTime() - began).isGreaterThan(300_000_000L);
  }

  @Test
  void endsAHalfClosedSessionSooner() throws Exception {
    gateway.timeouts =
        new PoolConfig.Timeouts(
            Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofMillis(200));
    start();
    End client = client().fin();
    End server = accepted(app1);
    assertThat(server.next()).isEqualTo("FIN");
    assertThat(client.last()).isEqualTo("FIN");
    ended("sL");
  }
}
