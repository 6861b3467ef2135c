package dev.holdfast.members;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.Rows;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RosterTest {
  private static final NodeId A1 = id("a", 1);
  private static final NodeId A2 = id("a", 2);
  private static final NodeId B1 = id("b", 1);

  @Test
  void theHigherIncarnationWins() {
    Roster roster = Roster.EMPTY.with(A2, "f").with(A1, "f");
    assertThat(roster.names().get(A1.name()).incarnation()).isEqualTo(2);
  }

  @Test
  void whoLeftIsOutUntilItComesBackInAnotherIncarnation() {
    Roster left = Roster.EMPTY.with(A1, "f").accepting(A1).leaving(A1);
    assertThat(left.names()).isEmpty();
    assertThat(left.ended()).isEqualTo(Map.of(A1.name(), 1L));
    assertThat(left.with(A1, "f").names()).isEmpty();
    Roster back = left.with(A2, "f");
    assertThat(back.knows(A2)).isTrue();
    assertThat(back.voter(A2.name())).as("it must be accepted again").isFalse();
  }

  @Test
  void whoIsProvenGoneKeepsItsPlace() {
    Roster roster = Roster.EMPTY.with(A1, "f").accepting(A1).proving(A1);
    assertThat(roster.voter(A1.name())).isTrue();
    assertThat(roster.endedUpTo(A1.name())).isEqualTo(1);
    assertThat(roster.with(A2, "f").voter(A2.name())).as("a voter that restarts").isTrue();
    assertThat(roster.with(A2, "f").accepted(A2)).isFalse();
  }

  @Test
  void theEndOfAProcessThatLivesIsNotTakenOver() {
    Roster mine = Roster.EMPTY.with(A1, "f");
    Roster theirs = mine.forgetting(A1);
    assertThat(mine.merge(theirs, A1::equals)).isEqualTo(mine);
    assertThat(mine.merge(theirs, id -> false)).isEqualTo(theirs);
  }

  @Test
  void nodesThatBeganWithNothingDoNotAcceptEachOtherIntoAFormedCluster() {
    Roster formed = Roster.EMPTY.with(A1, "f").with(B1, "g").accepting(A1).accepting(B1).forming(2);
    NodeId d = id("d", 1);
    Roster begun = Roster.EMPTY.with(d, "h").accepting(d);
    for (Roster merged :
        List.of(formed.merge(begun, x -> false), begun.merge(formed, x -> false))) {
      assertThat(merged.formed()).isTrue();
      assertThat(merged.knows(d)).isTrue();
      assertThat(merged.voter(d.name())).isFalse();
      assertThat(merged.voter(A1.name())).isTrue();
    }
  }

  @Test
  void aRosterOfOneIsNotFormed() {
    Roster alone = Roster.EMPTY.with(A1, "f").accepting(A1);
    assertThat(alone.forming(1).formed()).isFalse();
    assertThat(alone.with(B1, "g").accepting(B1).forming(3).formed()).isFalse();
    assertThat(alone.with(B1, "g").accepting(B1).forming(2).formed()).isTrue();
  }

  @Test
  void rostersMergeToTheSameWhateverTheOrder() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<Roster> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(random(random));
      }
      Roster one = fold(all);
      Collections.shuffle(all, random);
      assertThat(fold(all)).as("seed %d round %d", seed, round).isEqualTo(one);
      assertThat(one.merge(all.get(0), id -> false)).as("twice, seed %d", seed).isEqualTo(one);
    }
  }

  @Test
  void aRosterIsBoundedAndTravels() {
    Roster roster = Roster.EMPTY;
    for (int i = 0; i < Roster.LARGEST; i++) {
      NodeId id = id("node-" + i + "-of-a-long-name-that-takes-all-sixty-three-characters", i + 1);
      roster = roster.with(id, "0b7a3f7e-7a52-4f6c-9c0e-0b7a3f7e7a52").accepting(id);
    }
    Roster full = roster;
    assertThatThrownBy(() -> full.with(A1, "f")).hasMessageContaining("expected: at most 1024");
    byte[] bytes = Rows.bytes(full);
    assertThat(bytes.length).isLessThan(Frame.LARGEST);
    assertThat(Rows.value(bytes, Roster.class)).isEqualTo(full);
    for (int i = 0; i < 2 * Roster.LARGEST; i++) {
      roster = roster.leaving(id("left-" + i, i + 1));
    }
    assertThat(roster.left()).hasSize(Roster.LARGEST).doesNotContainKey(new NodeName("left-0"));
  }

  private static Roster fold(List<Roster> all) {
    return all.stream().reduce(Roster.EMPTY, (a, b) -> a.merge(b, id -> false));
  }

  private static Roster random(Random random) {
    Roster roster = Roster.EMPTY;
    for (int i = 0; i < 8; i++) {
      NodeId id = id("n" + random.nextInt(3), 1 + random.nextInt(4));
      roster =
          switch (random.nextInt(5)) {
            case 0 -> roster.with(id, "f" + id);
            case 1 -> roster.with(id, "f" + id).accepting(id);
            case 2 -> roster.leaving(id);
            case 3 -> roster.forgetting(id);
            default -> roster.proving(id);
          };
    }
    return roster;
  }

  private static NodeId id(String name, long incarnation) {
    return new NodeId(new NodeName(name), incarnation);
  }
}
