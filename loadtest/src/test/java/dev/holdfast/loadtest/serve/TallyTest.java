package dev.holdfast.loadtest.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TallyTest {
  @TempDir private Path folder;

  @Test
  void thoseThatNameOneFileCountTogether() throws IOException {
    Tally one = Tally.in(folder.resolve("count"));
    Tally two = Tally.in(folder.resolve("count"));
    one.in();
    two.in();
    two.in();
    one.out();
    assertThat(one.current()).isEqualTo(2);
    assertThat(two.most()).isEqualTo(3);
    assertThat(one.total()).isEqualTo(3);
    assertThat(new Tally().current()).isZero();
  }

  @Test
  void theMostIsNeverMoreThanThereWere() throws Exception {
    Tally tally = new Tally();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          new Thread(
              () -> {
                for (int n = 0; n < 10_000; n++) {
                  tally.in();
                  tally.out();
                }
                tally.in();
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(tally.current()).isEqualTo(4);
    assertThat(tally.most()).isEqualTo(4); // each thread has one at a time
    assertThat(tally.total()).isEqualTo(40_004);
  }
}
