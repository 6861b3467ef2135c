package dev.holdfast.loadtest.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:7000, true",
    "127.9.8.7:1, true",
    "[::1]:7000, true",
    "10.1.2.3:80, true",
    "172.16.0.1:80, true",
    "172.32.0.1:80, false",
    "192.168.0.1:80, true",
    "169.254.1.1:80, true",
    "8.8.8.8:53, false",
    "0.0.0.0:80, false",
    "[::]:80, false",
    "[fd00::1]:80, true",
    "[fe80::1]:80, true",
    "[2001:db8::1]:80, false",
    "'[::ffff:8.8.8.8]:80', false"
  })
  void knowsWhatIsNear(String text, boolean near) {
    Target target = Target.parse(text);
    assertThat(target.isNear()).isEqualTo(near);
    target.requireNear(true);
    if (!near) {
      assertThatThrownBy(() -> target.requireNear(false))
          .isInstanceOf(BadInput.class)
          .hasMessageContaining("--i-own-this")
          .hasMessageNotContaining("\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "a",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:x",
        "::1:80",
        "127.0.0.1:65536",
        "[127.0.0.1]:80",
        "a b:80",
        "no-such-host.invalid:80"
      })
  void refusesWhatIsNoAddress(String text) {
    assertThatThrownBy(() -> Target.parse(text))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("(expected: ");
  }

  @ParameterizedTest
  @CsvSource({
    "127.1.0.5, 1, 127.1.0.5, 127.1.0.5",
    "127.1.0.1-127.1.0.3, 3, 127.1.0.1, 127.1.0.3",
    "127.1.0.0/30, 4, 127.1.0.0, 127.1.0.3",
    "127.1.0.0/24, 254, 127.1.0.1, 127.1.0.254",
    "127.1.0.0/16, 65024, 127.1.0.1, 127.1.255.254",
    "127.0.0.0/8, 1048576, 127.0.0.1, 127.16.32.64",
    "fd00::/126, 4, fd00:0:0:0:0:0:0:0, fd00:0:0:0:0:0:0:3",
    "fd00::/64, 1048576, fd00:0:0:0:0:0:0:0, fd00:0:0:0:0:0:f:ffff"
  })
  void countsSources(String text, int count, String first, String last) {
    Sources sources = Sources.parse(text);
    assertThat(sources.count()).isEqualTo(count);
    assertThat(sources.get(0).getHostAddress()).isEqualTo(first);
    assertThat(sources.get(count - 1).getHostAddress()).isEqualTo(last);
  }

  @Test
  void aListOfSourcesHasEachOnce() {
    Sources sources = Sources.parse("127.1.0.1, 127.2.0.0/24,127.3.0.5-127.3.0.9");
    assertThat(IntStream.range(0, sources.count()).mapToObj(sources::get).distinct())
        .hasSize(1 + 254 + 5)
        .hasSize(sources.count());
    assertThat(Sources.parse(sources.toString())).isEqualTo(sources);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "127.0.0.1/33",
        "127.0.0.9-127.0.0.1",
        "127.0.0.1-::1",
        "127.0.0.1,::1",
        "localhost",
        "127.0.0.1/",
        "1.2.3"
      })
  void refusesWhatAreNoSources(String text) {
    assertThatThrownBy(() -> Sources.parse(text))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("(expected: ");
  }

  @Test
  void readsQuantities() {
    assertThat(Quantity.duration("250ms")).isEqualTo(Duration.ofMillis(250));
    assertThat(Quantity.duration("1h")).isEqualTo(Duration.ofHours(1));
    assertThat(Quantity.bytes("64")).isEqualTo(64);
    assertThat(Quantity.bytes("16k")).isEqualTo(16384);
    assertThat(Quantity.bytes("1GB")).isEqualTo(1L << 30);
    assertThat(Quantity.perSecond("100/s")).isEqualTo(100);
    assertThat(Quantity.perSecond("30/m")).isEqualTo(0.5);
    assertThatThrownBy(() -> Quantity.duration("5")).isInstanceOf(BadInput.class);
    assertThatThrownBy(() -> Quantity.bytes("-1")).isInstanceOf(BadInput.class);
    assertThatThrownBy(() -> Quantity.perSecond("NaN")).isInstanceOf(BadInput.class);
  }

  @Test
  void refusesMoreSessionsThanDescriptors() {
    Descriptors.requireRoom(1);
    assertThatThrownBy(() -> Descriptors.requireRoom(Long.MAX_VALUE / 4))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("--workers");
  }
}
