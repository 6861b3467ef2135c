package dev.holdfast.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.words.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LineTest {
  private static final Source A = Source.parse("10.0.0.1");
  private static final Source B = Source.parse("10.0.0.2");
  private static final Source C = Source.parse("10.0.0.3");

  private final Line<String> line = new Line<>();

  private void add(Source source, String... all) {
    for (String one : all) {
      line.add(source, one);
    }
  }

  private List<String> drained() {
    List<String> all = new ArrayList<>();
    while (!line.isEmpty()) {
      all.add(line.poll());
    }
    return all;
  }

  @Test
  void withinASourceTheFirstIsTheFirst() {
    add(A, "a1", "a2", "a3");
    assertThat(drained()).containsExactly("a1", "a2", "a3");
    assertThat(line.poll()).isNull();
  }

  @Test
  void sourcesTakeTurns() {
    add(A, "a1", "a2", "a3", "a4");
    add(B, "b1");
    add(C, "c1", "c2");
    assertThat(line.peek()).isEqualTo("a1");
    assertThat(drained()).containsExactly("a1", "b1", "c1", "a2", "c2", "a3", "a4");
  }

  @Test
  void whoComesAgainBeginsBehindTheOthers() {
    add(A, "a1");
    add(B, "b1", "b2");
    assertThat(line.poll()).isEqualTo("a1");
    add(A, "a2");
    assertThat(drained()).containsExactly("b1", "a2", "b2");
  }

  @Test
  void aWalkVisitsTheFirstOfEachThenTheSecond() {
    add(A, "a1", "a2", "a3");
    add(B, "b1", "b2");
    List<String> visited = new ArrayList<>();
    line.walk(
        one -> {
          visited.add(one);
          return one.equals("a1")
              ? Line.Turn.SERVED
              : one.equals("b2") ? Line.Turn.LEAVES : Line.Turn.STAYS;
        });
    assertThat(visited).containsExactly("a1", "b1", "a2", "b2", "a3");
    assertThat(line.size()).isEqualTo(3);
    assertThat(drained()).as("A was served").containsExactly("b1", "a2", "a3");
  }

  @Test
  void theLongestSourceGivesUpItsNewestPlaceToOneThatHasFewer() {
    add(A, "a1", "a2", "a3");
    add(B, "b1", "b2");
    assertThat(line.newestOfLongest(C)).isEqualTo("a3");
    assertThat(line.newestOfLongest(B)).as("B would have as many").isNull();
    assertThat(line.newestOfLongest(A)).isNull();
    assertThat(line.remove(A, "a3")).isTrue();
    assertThat(line.remove(A, "a3")).isFalse();
    assertThat(line.newestOfLongest(C)).isIn("a2", "b2");
    assertThat(new Line<String>().newestOfLongest(C)).isNull();
  }

  @Test
  void countsAreRightWhateverHappens() {
    long seed = System.nanoTime();
    System.out.println("seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    Line<Integer> some = new Line<>();
    Map<Source, List<Integer>> model = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      Source source = Source.v4(random.nextInt(6), 32);
      List<Integer> same = model.computeIfAbsent(source, first -> new ArrayList<>());
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          some.add(source, i);
          same.add(i);
        }
        case 2 -> {
          if (!same.isEmpty()) {
            int at = random.nextInt(same.size());
            assertThat(some.remove(source, same.remove(at))).isTrue();
          }
        }
        default -> {
          Integer next = some.poll();
          model.values().forEach(each -> each.remove(next));
        }
      }
      int longest = model.values().stream().mapToInt(List::size).max().getAsInt();
      assertThat(some.size()).isEqualTo(model.values().stream().mapToInt(List::size).sum());
      assertThat(some.size(source)).as("seed=%d", seed).isEqualTo(same.size());
      Integer gives = some.newestOfLongest(source);
      assertThat(gives != null).as("seed=%d", seed).isEqualTo(longest > same.size() + 1);
    }
  }
}
