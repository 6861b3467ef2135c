package dev.holdfast.members;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.members.Frame.Heard;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeardTest {
  private static final NodeId GW_1 = new NodeId(new NodeName("gw-1"), 1795831106164L);

  @Test
  void comesBackAsItWasSaid() {
    for (Heard heard :
        List.of(new Heard(GW_1, 0, true), new Heard(GW_1, 499, false), new Heard(GW_1, -1, true))) {
      Frame.Pulse pulse =
          new Frame.Pulse(3, true, false, List.of(heard), List.of(), List.of(), null);
      assertThat(Frame.pulse(pulse).asPulse()).isEqualTo(pulse);
      assertThat(Heard.of(heard.text())).isEqualTo(heard);
    }
    assertThat(new Heard(GW_1, 12, true).text()).isEqualTo("gw-1#1795831106164 12+");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "gw-1", "gw-1#", "gw-1#5", "gw-1# 5", "gw-1#5 ", "gw-1#5 +", "#5 5", "a#b 5"})
  void anythingElseIsNone(String text) {
    assertThatThrownBy(() -> Heard.of(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
