package dev.holdfast.loadtest.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AgendaTest {
  @Test
  void givesBackInTheOrderOfTime() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Agenda agenda = new Agenda();
    List<Long> expected = new ArrayList<>();
    List<Long> seen = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      long at = random.nextInt(1000);
      expected.add(at);
      agenda.add(at, seen::add);
    }
    assertThat(agenda.poll(-1)).isNull();
    long at = agenda.next();
    for (Due due = agenda.poll(999); due != null; due = agenda.poll(999)) {
      due.due(at);
      at = agenda.next();
    }
    expected.sort(null);
    assertThat(seen).as("seed " + seed).isEqualTo(expected);
    assertThat(agenda.next()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void findsWhereAPatternStarts() {
    assertThat(Pattern.find(Pattern.view().getLong(4711))).isEqualTo(4711);
    assertThat(Pattern.find(0)).isEqualTo(-1);
  }
}
