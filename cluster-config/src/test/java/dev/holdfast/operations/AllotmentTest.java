package dev.holdfast.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AllotmentTest {
  @Test
  void theMostIdleBucketGoesFirstAndTheLastInProportion() {
    Map<String, Idle> have =
        Map.of("a", new Idle(List.of(0, 10, 5)), "b", new Idle(List.of(100, 30, 1)));
    assertThat(Allotment.of(4, have)).isEqualTo(Map.of("a", 3, "b", 1));
    assertThat(Allotment.of(6, have)).isEqualTo(Map.of("a", 5, "b", 1));
    assertThat(Allotment.of(26, have)).isEqualTo(Map.of("a", 10, "b", 16));
    assertThat(Allotment.of(1000, have)).isEqualTo(Map.of("a", 15, "b", 131));
    assertThat(Allotment.of(0, have)).isEqualTo(Map.of("a", 0, "b", 0));
  }

  @Property
  void givesWhatThereIsAndNobodyMoreThanHeHas(
      @ForAll @IntRange(max = 500) int count,
      @ForAll @Size(max = 5) List<@Size(max = 4) List<@IntRange(max = 60) Integer>> all) {
    Map<Integer, Idle> have = new HashMap<>();
    for (int i = 0; i < all.size(); i++) {
      have.put(i, new Idle(all.get(i)));
    }
    Map<Integer, Integer> shares = Allotment.of(count, have);
    int total = have.values().stream().mapToInt(Idle::total).sum();
    assertThat(shares.values().stream().mapToInt(Integer::intValue).sum())
        .isEqualTo(Math.min(count, total));
    // whoever keeps a session that is more idle than one that another gives took part in its bucket
    shares.forEach((key, share) -> assertThat(share).isBetween(0, have.get(key).total()));
    for (int bucket = 0; bucket < 4; bucket++) {
      int at = bucket;
      boolean reached =
          shares.entrySet().stream()
              .anyMatch(
                  one ->
                      have.get(one.getKey()).without(one.getValue()).in(at)
                          < have.get(one.getKey()).in(at));
      if (reached) {
        for (int above = bucket + 1; above < 4; above++) {
          for (Map.Entry<Integer, Integer> one : shares.entrySet()) {
            assertThat(have.get(one.getKey()).without(one.getValue()).in(above)).isZero();
          }
        }
      }
    }
  }

  @Test
  void bucketsDouble() {
    assertThat(Idle.bucket(-5)).isZero();
    assertThat(Idle.bucket(0)).isZero();
    assertThat(Idle.bucket(1)).isEqualTo(1);
    assertThat(Idle.bucket(1023)).isEqualTo(10);
    assertThat(Idle.bucket(1024)).isEqualTo(11);
    assertThat(Idle.bucket(Long.MAX_VALUE)).isEqualTo(Idle.BUCKETS - 1);
  }
}
