package dev.holdfast.operations;

import static dev.holdfast.operations.OperationState.CANCELLED;
import static dev.holdfast.operations.OperationState.DONE;
import static dev.holdfast.operations.OperationState.FAILED;
import static dev.holdfast.operations.OperationState.PAUSED;
import static dev.holdfast.operations.OperationState.PLANNED;
import static dev.holdfast.operations.OperationState.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OperationStateTest {
  private static final Map<OperationState, Set<OperationState>> LEGAL =
      Map.of(
          PLANNED, Set.of(RUNNING, PAUSED, DONE, FAILED, CANCELLED),
          RUNNING, Set.of(PAUSED, DONE, FAILED, CANCELLED),
          PAUSED, Set.of(PLANNED, CANCELLED),
          DONE, Set.of(),
          CANCELLED, Set.of(),
          FAILED, Set.of());

  @ParameterizedTest
  @EnumSource(OperationState.class)
  void movesAsItsTableSays(OperationState from) {
    for (OperationState to : OperationState.values()) {
      assertThat(from.mayBecome(to))
          .as("%s to %s", from, to)
          .isEqualTo(LEGAL.get(from).contains(to));
    }
    assertThat(from.isFinal()).isEqualTo(LEGAL.get(from).isEmpty());
  }

  @ParameterizedTest
  @EnumSource(OperationState.class)
  void anIllegalMoveIsAFault(OperationState to) {
    Operation done = OperationRowsTest.full().to(DONE, null, 2);
    assertThatThrownBy(() -> done.to(to, null, 3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("operation op-17: DONE to " + to + " (expected: a legal move)");
  }
}
