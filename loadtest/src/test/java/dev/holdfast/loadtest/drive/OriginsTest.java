package dev.holdfast.loadtest.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.loadtest.words.BadInput;
import dev.holdfast.loadtest.words.Sources;
import dev.holdfast.loadtest.words.Target;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OriginsTest {
  private static final Target V4 = Target.parse("127.0.0.1:7000");
  private static final Target V6 = Target.parse("[::1]:7000");

  private static Plan plan(List<Target> targets, List<Sources> sources, int sessions) {
    List<CrowdPlan> crowds = List.of(CrowdPlan.steady(sessions, 10, 1, 64));
    return new Plan("test", crowds, targets, sources, 0, 0, true, 1, 0, 1);
  }

  @Test
  void sharesHaveNoSourceInCommonWhenThereAreEnough() {
    Origins origins = new Origins(plan(List.of(V4), List.of(Sources.parse("127.1.0.0/24")), 1));
    Set<Integer> seen = new HashSet<>();
    for (int share = 0; share < 7; share++) {
      Set<Integer> own = new HashSet<>();
      for (long session = 0; session < 1000; session++) {
        own.add(origins.number(share, 7, session, V4));
      }
      for (int number : own) {
        assertThat(seen.add(number)).as("source " + number).isTrue();
      }
    }
    assertThat(seen).hasSize(254);
  }

  @Test
  void fewSourcesAreUsedByAll() {
    Origins origins =
        new Origins(plan(List.of(V4), List.of(Sources.parse("127.1.0.1-127.1.0.2")), 1));
    Set<String> seen = new HashSet<>();
    for (int share = 0; share < 7; share++) {
      seen.add(origins.name(origins.number(share, 7, 0, V4)));
    }
    assertThat(seen).containsExactlyInAnyOrder("127.1.0.1", "127.1.0.2");
  }

  @Test
  void eachFamilyHasItsOwn() {
    Origins origins = new Origins(plan(List.of(V4, V6), List.of(Sources.parse("::1")), 1));
    assertThat(origins.address(origins.number(0, 1, 0, V4))).isNull();
    assertThat(origins.name(origins.number(0, 1, 0, V4))).isEqualTo("any");
    assertThat(origins.name(origins.number(0, 1, 0, V6))).isEqualTo("0:0:0:0:0:0:0:1");
    List<Sources> two = List.of(Sources.parse("127.0.0.1"), Sources.parse("127.0.0.2"));
    assertThatThrownBy(() -> plan(List.of(V4), two, 1))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("one list of each family");
  }

  @Test
  void aSourceGoesToAllTargets() {
    List<Target> targets =
        List.of(V4, Target.parse("127.0.0.1:7001"), Target.parse("127.0.0.1:7002"));
    Origins origins = new Origins(plan(targets, List.of(Sources.parse("127.1.0.1-127.1.0.3")), 1));
    Set<Target> seen = new HashSet<>();
    for (long session = 0; session < 9; session += 3) {
      seen.add(origins.target(0, session)); // sessions of the first source
    }
    assertThat(seen).hasSize(3);
  }

  @Test
  void partsTogetherAreTheWhole() {
    Plan whole = plan(List.of(V4), List.of(), 23);
    int sessions = 0;
    double opens = 0;
    for (int i = 0; i < 4; i++) {
      Plan part = whole.part(i, 4);
      assertThat(part.share()).isEqualTo(i);
      assertThat(part.shares()).isEqualTo(4);
      sessions += part.sessions();
      opens += part.crowds().get(0).opensPerSecond();
      assertThat(part.crowds().get(0).echoesPerSecond()).isEqualTo(1);
    }
    assertThat(sessions).isEqualTo(23);
    assertThat(opens).isEqualTo(10);
  }

  @Test
  void mergedSightsShowASourceOnTwoServers() {
    Seen one = new Seen(Map.of("app-1", 1), Map.of("127.1.0.1", "app-1"), null);
    Seen two = new Seen(Map.of("app-2", 1), Map.of("127.1.0.1", "app-2"), null);
    assertThat(Seen.merge(List.of(one, two)).firstFault())
        .isEqualTo("127.1.0.1 reached app-1 and app-2");
    assertThat(Seen.merge(List.of(one, one)).firstFault()).isNull();
    assertThat(Seen.merge(List.of(one, one)).sourcesByServer()).isEqualTo(Map.of("app-1", 1));
    Seen many = new Seen(Map.of("app-1", 5000), Map.of(), null);
    assertThat(Seen.merge(List.of(many, many)).sourcesByServer())
        .isEqualTo(Map.of("app-1", 10_000));
  }
}
