package dev.holdfast.gateway.ports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.words.HostPort;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Ports for those who listen where nobody said which. */
class OutsidePortTest {
  private static final HostPort ANY = new HostPort("127.0.0.1", 0);

  private static LocalPorts range(int first, int last) {
    return new LocalPorts(first, last, 0, 2, true);
  }

  @Test
  void isNoneOfTheLocalPorts() {
    Random random = new Random(1);
    for (int i = 0; i < 50; i++) {
      assertThat(OutsidePort.of(ANY, LocalPorts.USUAL, random).port()).isBetween(61_000, 65_535);
      assertThat(OutsidePort.of(ANY, range(10_240, 65_400), random).port())
          .isBetween(65_401, 65_535);
    }
    assertThat(OutsidePort.of(ANY, range(1024, 65_535), random)).isEqualTo(ANY);
    HostPort given = new HostPort("127.0.0.1", 40_000);
    assertThat(OutsidePort.of(given, LocalPorts.USUAL, random)).isEqualTo(given);
  }

  @Test
  void isFree() throws Exception {
    HostPort first = OutsidePort.of(ANY, LocalPorts.USUAL, new Random(2));
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(first.host(), first.port()));
      HostPort second = OutsidePort.of(ANY, LocalPorts.USUAL, new Random(2));
      assertThat(second.port()).isNotIn(0, first.port());
    }
  }
}
