package dev.holdfast.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.Rows;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperationRowsTest {
  static final PoolName CHAT = new PoolName("chat");
  static final ServerName APP_1 = new ServerName("app-1");
  static final NodeId GW_1 = new NodeId(new NodeName("gw-1"), 7);

  static Operation full() {
    BitSet slots = new BitSet();
    slots.set(4711);
    slots.set(65_535);
    return Operation.planned(
            17,
            "a1",
            Order.drain(CHAT, APP_1, 100, 60_000L, true, true),
            "ann",
            1_700_000_000_000L,
            new Operation.Undo(AdminState.DRAIN, true),
            new Plan(600, 21_846, Map.of("app-1", 600L), Map.of("app-2", 600L), List.of(1.0, 1.5)))
        .to(OperationState.RUNNING, "waits", 1)
        .with(Part.of(GW_1).released(7).quota(9))
        .planned(new Plan(1, 0, Map.of(), Map.of(), List.of(1.0, 1.0)), Slots.of(slots))
        .givenUpTo(5000)
        .with(new Operation.Rounds(2, 1, 1.25, 17L))
        .ran(4000)
        .atTheLast();
  }

  @Test
  void aBoardSurvivesTheStoreAndTheDisk() throws Exception {
    Board board = Board.EMPTY.with(full()).leave(GW_1, 5000);
    assertThat(Rows.value(Rows.bytes(board), Board.class)).isEqualTo(board);
    SavedOperations saved = new SavedOperations(board, List.of(full()));
    byte[] json = Rows.json().writeValueAsBytes(saved);
    assertThat(Rows.json().readValue(json, SavedOperations.class)).isEqualTo(saved);
    BoardStep step = new BoardStep(board, true, false);
    assertThat(Rows.value(Rows.bytes(step), BoardStep.class)).isEqualTo(step);
    KeepPast keep = new KeepPast(full());
    assertThat(Rows.value(Rows.bytes(keep), KeepPast.class)).isEqualTo(keep);
  }

  @Test
  void aProgressRowSurvivesTheStore() {
    Progress row =
        new Progress(
            17,
            GW_1,
            3,
            5,
            4,
            1,
            9,
            2,
            6,
            true,
            new Idle(List.of(0, 3, 0, 6)),
            new Errors(1, 2, 3, 4),
            Errors.NONE);
    assertThat(Rows.value(Rows.bytes(row), Progress.class)).isEqualTo(row);
  }

  @Test
  void aSurveySurvivesTheStoreAndAddsUp() {
    Survey.Count count = Survey.Count.of(Map.of(APP_1, 3), Map.of(APP_1, Map.of(4711, 2, 9, 1)));
    Survey.Answer row = new Survey.Answer(GW_1, count);
    Survey.Answer read = Rows.value(Rows.bytes(row), Survey.Answer.class);
    Survey sum = Survey.of(List.of(count, read.count()));
    assertThat(sum.totals()).isEqualTo(Map.of(APP_1, 6L));
    assertThat(sum.counts()).isEqualTo(Map.of(APP_1, Map.of(4711, 4, 9, 2)));
    Survey.Question question = new Survey.Question("a", CHAT, null, 1);
    assertThat(Rows.value(Rows.bytes(question), Survey.Question.class)).isEqualTo(question);
  }
}
