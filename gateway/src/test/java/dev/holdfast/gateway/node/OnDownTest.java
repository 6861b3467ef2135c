package dev.holdfast.gateway.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.node.OnDown.Down;
import dev.holdfast.operations.Choice;
import dev.holdfast.operations.Errors;
import dev.holdfast.operations.Idle;
import dev.holdfast.operations.Sessions;
import dev.holdfast.operations.Survey;
import dev.holdfast.operations.Tally;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How fast a node closes its part of the sessions of a server that is DOWN. */
class OnDownTest {
  private static final PoolName POOL = new PoolName("chat");
  private static final ServerName SERVER = new ServerName("app-1");

  /** Sessions of this node that end as soon as they are released. */
  private static final class Here implements Sessions {
    int sessions;
    int closed;
    boolean held;
    boolean over;
    final List<String> released = new ArrayList<>();

    @Override
    public Following follow(Choice choice, char letter) {
      assertThat(choice).isEqualTo(new Choice.At(POOL, SERVER, true));
      assertThat(letter).isEqualTo('D');
      over = false;
      return new Following() {
        @Override
        public void choose(Choice next) {}

        @Override
        public Future<Tally> count() {
          return Future.succeededFuture(new Tally(closed, closed, 0, sessions, 0, Idle.NONE));
        }

        @Override
        public void release(int count, Duration time) {
          released.add(count + " in " + time.toMillis());
          int ended = Math.min(count, sessions);
          sessions -= ended;
          closed += ended;
        }

        @Override
        public void hold() {
          held = true;
        }

        @Override
        public void close() {
          over = true;
        }
      };
    }

    @Override
    public Errors errors() {
      throw new AssertionError("not asked");
    }

    @Override
    public Future<Survey.Count> survey(PoolName pool, ServerName server) {
      throw new AssertionError("not asked");
    }
  }

  private final Here here = new Here();
  private final OnDown onDown = new OnDown(here, Runnable::run);
  private long nowNanos;

  private void second(Down... down) {
    nowNanos += 1_000_000_000L;
    onDown.close(List.of(down), nowNanos);
  }

  private static Down down(Long pace, long inAll) {
    return new Down(POOL, SERVER, pace, inAll);
  }

  @Test
  void closesItsPartOfThePaceEachSecond() {
    here.sessions = 250;
    second(down(100L, 1000));
    second(down(100L, 900));
    assertThat(here.released).containsExactly("25 in 1000", "25 in 1000");
    assertThat(here.closed).isEqualTo(50);
  }

  @Test
  void lessThanOneASecondAddsUp() {
    here.sessions = 1;
    for (int i = 0; i < 9; i++) {
      second(down(1L, 10));
      assertThat(here.released).isEmpty();
    }
    second(down(1L, 10));
    second(down(1L, 10));
    assertThat(here.released).containsExactly("1 in 1000");
  }

  @Test
  void withoutAPaceAllAreClosedAtOnce() {
    here.sessions = 60_000;
    second(down(null, 60_000));
    assertThat(here.released).containsExactly("60000 in 20");
  }

  @Test
  void viewsThatComeOftenMakeItNoFaster() {
    here.sessions = 100;
    second(down(10L, 100));
    for (int i = 0; i < 8; i++) {
      nowNanos += 100_000_000L;
      onDown.close(List.of(down(10L, 100)), nowNanos);
    }
    assertThat(here.released).hasSize(1);
    second(down(10L, 100));
    assertThat(here.released).hasSize(2);
  }

  @Test
  void aNodeThatSleptMakesUpForNothing() {
    here.sessions = 1000;
    second(down(10L, 1000));
    nowNanos += 60_000_000_000L;
    second(down(10L, 990));
    assertThat(here.released).containsExactly("10 in 1000", "10 in 1000");
  }

  @Test
  void whoCameSinceTheRowsWereWrittenAreNoReasonToCloseMore() {
    here.sessions = 500;
    second(down(100L, 0));
    assertThat(here.released).containsExactly("100 in 1000");
  }

  @Test
  void aServerThatIsUpAgainEndsIt() {
    here.sessions = 100;
    second(down(10L, 100));
    second();
    assertThat(here.held).isTrue();
    assertThat(here.over).isTrue();
    second();
    assertThat(here.released).hasSize(1);
    second(down(10L, 100));
    assertThat(here.released).hasSize(2);
  }
}
