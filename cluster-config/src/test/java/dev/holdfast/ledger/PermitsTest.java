package dev.holdfast.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.words.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The counter that all event loops share. */
class PermitsTest {
  private final AtomicInteger woken = new AtomicInteger();

  private Permits permits(int granted) {
    return new Permits(Scope.CLUSTER, granted, woken::incrementAndGet);
  }

  @Test
  void takesUpToWhatIsGranted() {
    Permits permits = permits(2);
    assertThat(permits.take()).isTrue();
    assertThat(permits.take()).isTrue();
    assertThat(permits.take()).isFalse();
    assertThat(permits.held()).isEqualTo(2);
    assertThat(permits.maxHeld()).isEqualTo(2);
  }

  @Test
  void isNeverLoweredBelowWhatIsHeld() {
    Permits permits = permits(5);
    permits.take();
    permits.take();
    assertThat(permits.lowerTo(0)).isEqualTo(2);
    assertThat(permits.lowerTo(4)).isEqualTo(2);
    permits.grant(1);
    assertThat(permits.granted()).isEqualTo(2);
  }

  @Test
  void aReleaseLowersTheGrantInTheSameStepWhileOthersWait() {
    Permits permits = permits(3);
    permits.take();
    permits.take();
    permits.marks(2, -1, 0);
    permits.release();
    assertThat(permits.granted()).isEqualTo(2);
    assertThat(woken).hasValue(1);
    permits.release();
    assertThat(permits.granted()).as("at its share it keeps what is freed").isEqualTo(2);
  }

  @Test
  void aReleaseTooManyIsAFault() {
    Permits permits = permits(1);
    assertThatThrownBy(permits::release).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anUnlimitedScopeOnlyCounts() {
    Permits permits = permits(Permits.UNLIMITED);
    permits.marks(0, -1, Permits.UNLIMITED);
    permits.take();
    permits.release();
    assertThat(permits.unlimited()).isTrue();
    assertThat(permits.held()).isZero();
    assertThat(permits.maxHeld()).isEqualTo(1);
  }

  @Test
  void heldNeverPassesGrantedUnderManyThreads() throws InterruptedException {
    Permits permits = permits(40);
    Permits second = permits(25);
    AtomicBoolean broken = new AtomicBoolean();
    AtomicBoolean over = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int seed = t;
      threads.add(
          new Thread(
              () -> {
                Random random = new Random(seed);
                List<Permits> both = List.of(permits, second);
                int mine = 0;
                for (int i = 0; i < 60_000; i++) {
                  if (random.nextBoolean() && WaitingLine.takeAll(both) == null) {
                    mine++;
                  } else if (mine > 0) {
                    both.forEach(Permits::release);
                    mine--;
                  }
                }
                for (; mine > 0; mine--) {
                  both.forEach(Permits::release);
                }
              }));
    }
    Thread control =
        new Thread(
            () -> {
              Random random = new Random(99);
              while (!over.get()) {
                Permits one = random.nextBoolean() ? permits : second;
                one.marks(random.nextInt(40), random.nextInt(3) - 1, random.nextInt(10));
                if (random.nextBoolean()) {
                  one.lowerTo(random.nextInt(40));
                } else {
                  one.grant(random.nextInt(60));
                }
              }
            });
    Thread watch =
        new Thread(
            () -> {
              while (!over.get()) {
                if (permits.spare() < 0 || second.spare() < 0) {
                  broken.set(true);
                }
              }
            });
    control.start();
    watch.start();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join(20_000);
      assertThat(thread.isAlive()).isFalse();
    }
    over.set(true);
    control.join(5_000);
    watch.join(5_000);
    assertThat(broken).isFalse();
    assertThat(permits.held()).isZero();
    assertThat(second.held()).isZero();
  }
}
