package dev.holdfast.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.words.Source;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeaviestSourcesTest {
  @Test
  void findsTheHeavyAmongManyLightOnes() {
    List<Source> sessions = new ArrayList<>();
    for (int i = 0; i < 200_000; i++) {
      sessions.add(Source.v4(0x0a000000L + i, 32)); // one each
    }
    for (int heavy = 1; heavy <= 100; heavy++) {
      for (int i = 0; i < 20 + heavy; i++) {
        sessions.add(Source.v4(0x7f0a0000L + heavy, 32));
      }
    }
    for (int i = 0; i < 50_000; i++) {
      sessions.add(Source.parse("2001:db8::"));
    }
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Collections.shuffle(sessions, new Random(seed));
    HeaviestSources tallies = new HeaviestSources();
    sessions.forEach(tallies::first);
    tallies.weigh();
    sessions.forEach(tallies::second);

    List<SourceTally> heaviest = tallies.heaviest(101);
    assertThat(heaviest.get(0)).isEqualTo(new SourceTally(Source.parse("2001:db8::"), 50_000));
    for (int i = 1; i <= 100; i++) {
      assertThat(heaviest.get(i))
          .isEqualTo(new SourceTally(Source.v4(0x7f0a0000L + 101 - i, 32), 121 - i));
    }
  }

  @Test
  void nothingIsNothing() {
    HeaviestSources tallies = new HeaviestSources();
    tallies.weigh();
    assertThat(tallies.heaviest(10)).isEmpty();
  }
}
