package dev.holdfast.members;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewTest {
  private static final long S = 1_000_000_000L;
  private static final NodeId A = new NodeId(new NodeName("a"), 1);
  private static final NodeId B = new NodeId(new NodeName("b"), 1);
  private static final NodeId C = new NodeId(new NodeName("c"), 1);

  @Test
  void whatIsOlderThanALeaseWhenAskedIsNotBelieved() {
    View view = view(roster(A, B, C), false, new View.Seen(B, 100 * S, true));
    assertThat(view.contact(10 * S, 3, 109 * S).majority()).isTrue();
    assertThat(view.contact(10 * S, 3, 109 * S).sinceMs()).isEqualTo(59_000);
    Contact stopped = view.contact(10 * S, 3, 110 * S);
    assertThat(stopped.majority()).isFalse();
    assertThat(stopped.sinceMs()).isZero();
    assertThat(stopped.heard()).containsExactly(A);
  }

  @Test
  void whoIsNotAcceptedIsHeardAndDoesNotCount() {
    View view = view(roster(A, B, C), false, new View.Seen(B, 100 * S, false));
    assertThat(view.contact(10 * S, 3, 101 * S).heard()).containsExactlyInAnyOrder(A, B);
    assertThat(view.contact(10 * S, 3, 101 * S).majority()).isFalse();
  }

  @Test
  void theMajorityIsCountedFromTheLargerOfExpectedNodesAndRoster() {
    View view = view(roster(A, B, C), false, new View.Seen(B, 100 * S, true));
    assertThat(view.majority(10 * S, 1, 101 * S)).as("2 of 3").isTrue();
    assertThat(view.majority(10 * S, 4, 101 * S)).as("2 of 4").isFalse();
  }

  @Test
  void namesThatWereForgottenLowerTheExpectedNodes() {
    View view = view(roster(A, B, C).forgetting(B).forgetting(C), false);
    assertThat(view.majority(10 * S, 3, 101 * S)).isTrue();
    View one = view(roster(A, B, C).forgetting(B), false);
    assertThat(one.majority(10 * S, 3, 101 * S)).as("1 of 2").isFalse();
    View left = view(roster(A, B, C).leaving(B).leaving(C), false);
    assertThat(left.majority(10 * S, 3, 101 * S)).as("1 of 3 expected").isFalse();
  }

  @Test
  void whoWasForgottenAliveHasNoMajority() {
    assertThat(view(roster(A), true).majority(10 * S, 1, 101 * S)).isFalse();
    assertThat(view(roster(A), false).majority(10 * S, 1, 101 * S)).isTrue();
  }

  private static View view(Roster roster, boolean disowned, View.Seen... seen) {
    return new View(A, roster, disowned, List.of(seen), true, 50 * S);
  }

  private static Roster roster(NodeId... ids) {
    Roster roster = Roster.EMPTY;
    for (NodeId id : ids) {
      roster = roster.with(id, "f").accepting(id);
    }
    return roster;
  }
}
