package dev.holdfast.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.Scope;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A node's side of one scope, answer by answer. */
class ScopeLedgerTest {
  private static final NodeId SELF = new NodeId(new NodeName("a"), 1);
  private static final Term TERM = new Term(1, 1);
  private static final Voters VOTERS =
      new Voters(Map.of(SELF.name(), 1L), Map.of(), Set.of(), 1, true, false);
  private static final long SECOND = 1_000_000_000L;

  private final Permits permits = new Permits(Scope.CLUSTER, 0, () -> {});
  private final ScopeLedger ledger =
      ScopeLedger.resume(SELF, permits, Rule.ALL, new ScopeLedger.State(TERM, 0, 0, null));

  ScopeLedgerTest() {
    ledger.limit(10, 1, 2);
    ledger.begin(7);
  }

  private LedgerRequest ask(long nowNanos, Need need) {
    return ledger.next(nowNanos, need, VOTERS);
  }

  private void answer(LedgerRequest sent, int granted, boolean starving, boolean over) {
    LedgerAnswer answer =
        new LedgerAnswer(
            TERM,
            1,
            sent.sequence(),
            false,
            granted,
            starving,
            over,
            0,
            5,
            10,
            1,
            true,
            false,
            Map.of(SELF.name(), granted));
    ledger.answered(sent, answer, 7);
  }

  @Test
  void whileMoreIsLentThanTheLimitAnAnswerDoesNotRaiseWhatWasFreedMeanwhile() {
    answer(ask(0, Need.NOTHING), 4, false, false);
    for (int i = 0; i < 4; i++) {
      assertThat(permits.take()).isTrue();
    }
    ledger.hint();
    LedgerRequest look = ask(SECOND, Need.NOTHING);
    permits.release();
    answer(look, 4, false, true);
    assertThat(permits.take()).isFalse();
    assertThat(permits.granted()).isEqualTo(3);
    permits.release();
    assertThat(permits.take()).as("before the next turn of the control loop").isFalse();
    assertThat(ask(2 * SECOND, Need.NOTHING).want()).isEqualTo(2);
  }

  @Test
  void whatOthersWaitForGoesBackWithoutAPauseOnceThatIsLearnt() {
    answer(ask(0, Need.NOTHING), 4, false, false);
    ledger.hint();
    answer(ask(SECOND, Need.NOTHING), 4, true, false);
    LedgerRequest back = ask(SECOND + 1, Need.NOTHING);
    assertThat(back.want()).isZero();
    answer(back, 0, true, false);
    ledger.hint();
    assertThat(ask(SECOND + 2, Need.NOTHING)).as("paused, as no client waits").isNull();
  }
}
