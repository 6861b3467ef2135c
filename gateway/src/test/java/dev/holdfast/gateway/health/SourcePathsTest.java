package dev.holdfast.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourcePathsTest {
  private static final InetAddress TARGET = address("127.0.0.1");
  private static final InetAddress A = address("127.0.0.2");
  private static final InetAddress B = address("127.0.0.3");
  private static final InetAddress SIX = address("::1");

  private final SourcePaths paths = new SourcePaths(List.of(A, B, SIX));
  private long now = 1_000;

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private InetAddress next() {
    return paths.next(TARGET, now);
  }

  @Test
  void addressesOfTheFamilyTakeTurns() {
    List<InetAddress> four = List.of(next(), next(), next(), next());
    assertThat(four).containsOnly(A, B);
    assertThat(four.get(0)).isEqualTo(four.get(2)).isNotEqualTo(four.get(1));
    assertThat(paths.next(SIX, now)).isEqualTo(SIX);
    assertThat(new SourcePaths(List.of()).next(TARGET, now)).isNull();
    assertThat(new SourcePaths(List.of(SIX)).next(TARGET, now)).isNull();
  }

  @Test
  void anAddressThatFailsWhereAnotherSucceedsIsLeftOut() {
    assertThat(paths.counts(A, false, now)).isTrue();
    assertThat(paths.counts(B, true, now)).isTrue();
    assertThat(paths.leftOut()).containsExactly(A);
    assertThat(List.of(next(), next(), next())).containsOnly(B);
  }

  @Test
  void whatIsTriedFromAnAddressThatIsLeftOutCountsOnlyIfItIsGood() {
    paths.counts(A, false, now);
    paths.counts(B, true, now);
    now += SourcePaths.LEFT_OUT.toNanos();
    assertThat(List.of(next(), next())).contains(A);
    assertThat(paths.counts(A, false, now)).isFalse();
    assertThat(List.of(next(), next())).containsOnly(B);
    now += SourcePaths.LEFT_OUT.toNanos();
    assertThat(paths.counts(A, true, now)).isTrue();
    assertThat(paths.leftOut()).isEmpty();
  }

  @Test
  void downTakesAFailureOfEachAddressInUse() {
    assertThat(paths.needed(1, TARGET)).isEqualTo(2);
    assertThat(paths.needed(5, TARGET)).isEqualTo(5);
    paths.counts(A, false, now);
    paths.counts(B, true, now);
    assertThat(paths.needed(1, TARGET)).isEqualTo(1);
    assertThat(new SourcePaths(List.of()).needed(3, TARGET)).isEqualTo(3);
  }

  @Test
  void whereAllFailNoneIsLeftOut() {
    assertThat(paths.counts(A, false, now)).isTrue();
    assertThat(paths.hasOthers(TARGET)).isTrue();
    assertThat(paths.counts(B, false, now)).isTrue();
    assertThat(paths.hasOthers(TARGET)).isFalse();
    assertThat(paths.counts(A, false, now)).isTrue();
    assertThat(paths.leftOut()).isEmpty();
  }
}
