package dev.holdfast.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.members.Contact;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StandingTest {
  private static final NodeId SELF = new NodeId(new NodeName("gw-1"), 1);
  private static final long SECOND = 1_000_000_000L;
  private static final long LEASE = 10 * SECOND;

  private final Standing standing = new Standing();

  private static Contact contact(boolean majority, long sinceMs) {
    return new Contact(
        SELF, Map.of(SELF.name(), 1L), Set.of(SELF), Map.of(), true, majority, sinceMs);
  }

  private boolean comesBack(boolean majority, long sinceMs, long nowNanos) {
    Contact next = contact(majority, sinceMs);
    boolean back = standing.comesBackBy(next, nowNanos);
    standing.contact(next, nowNanos, LEASE);
    return back;
  }

  @Test
  void aMajorityThatWasLostAndIsThereAgainIsAReturn() {
    assertThat(comesBack(true, 0, SECOND)).isFalse();
    assertThat(comesBack(true, 1_000, 2 * SECOND)).isFalse();
    assertThat(comesBack(false, 0, 3 * SECOND)).isFalse();
    assertThat(comesBack(true, 0, 4 * SECOND)).isTrue();
    assertThat(comesBack(true, 1_000, 5 * SECOND)).isFalse();
  }

  @Test
  void soIsOneThatWasLostBetweenTwoContacts() {
    assertThat(comesBack(true, 60_000, SECOND)).isFalse();
    assertThat(comesBack(true, 61_001, 2 * SECOND)).isFalse();
    assertThat(comesBack(true, 3_000, 7 * SECOND)).isTrue();
  }
}
