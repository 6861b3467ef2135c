package dev.holdfast.loadtest.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SizeTest {
  @Test
  void findsHowManyProcessesItTakes() {
    Size size = Size.of(21, 200_000, 2000, 60_000, 600_000);
    assertThat(size.servers()).isEqualTo(14);
    assertThat(size.workers()).isEqualTo(12);
    assertThat(size.sources().count()).isEqualTo(66_666);
    assertThat(size.rampMs()).isEqualTo(100_000);
    assertThat(Size.of(3, 600, 300, 1000, 6000).sources().count()).isEqualTo(200);
    assertThat(Size.of(1, 1, 1, 1, 1).sources().count()).isEqualTo(1);
  }

  @Test
  void refusesMoreThanTheGatewaysCanHold() {
    assertThatThrownBy(() -> Size.of(3, 30_000, 1000, 1, 1))
        .hasMessage(
            "sessions: 30000 (expected: 1 to 29100, as 3 gateways have 20,000 descriptors each)");
    assertThatThrownBy(() -> Size.of(0, 1, 1, 1, 1)).hasMessageStartingWith("nodes: 0");
    assertThatThrownBy(() -> Size.of(1, 1, 0, 1, 1)).hasMessageStartingWith("rate: 0");
  }

  @Test
  void everyGatewayHasItsOwnAddressAndTheOneLimit() {
    Size size = Size.of(2, 600, 300, 1000, 6000);
    String config = Gateways.config(1, size, 7);
    assertThat(config)
        .contains("name: gw-2", "listeners: { chat: \"" + Gateways.listener(1) + "\" }")
        .contains("join: [" + Gateways.host(0) + ":5701, " + Gateways.host(1) + ":5701]")
        .contains("limits: { sessions: 600, queue: 1000, queue-timeout: 5s }")
        .contains("{ name: app-3, host: " + AppServers.host(2) + ", ports: [9001] }");
  }
}
