package dev.holdfast.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

class NameTest {
  private static boolean accepts(String value) {
    try {
      return new NodeName(value).value().equals(value);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Property
  void acceptsWhatItsPatternSays(
      @ForAll
          @StringLength(max = 66)
          @CharRange(from = 'a', to = 'z')
          @CharRange(from = 'A', to = 'Z')
          @CharRange(from = '0', to = '9')
          @Chars({'.', '_', '-', ' ', '/', 'é', '\n'})
          String value) {
    assertThat(accepts(value)).isEqualTo(value.matches(Name.PATTERN));
  }

  @Property
  void acceptsNothingElse(@ForAll String value) {
    assertThat(accepts(value)).isEqualTo(value.matches(Name.PATTERN));
  }

  @Example
  void saysWhatItExpects() {
    assertThat(accepts("a".repeat(63))).isTrue();
    assertThat(accepts("a".repeat(64))).isFalse();
    assertThatThrownBy(() -> new NodeName("-a"))
        .hasMessageContaining("-a (expected: 1-63 characters");
    assertThatThrownBy(() -> new NodeName(null)).isInstanceOf(IllegalArgumentException.class);
  }
}
