package dev.holdfast.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Rooms;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The map of the module: a room imports only rooms that stand before it in the list. */
class RoomsTest {
  private static final List<String> ROOMS =
      List.of(
          "dev.holdfast.gateway.hosts",
          "dev.holdfast.gateway.header",
          "dev.holdfast.gateway.log",
          "dev.holdfast.gateway.admit",
          "dev.holdfast.gateway.ports",
          "dev.holdfast.gateway.relay",
          "dev.holdfast.gateway.session",
          "dev.holdfast.gateway.health",
          "dev.holdfast.gateway.path",
          "dev.holdfast.gateway.survey",
          "dev.holdfast.gateway.node",
          "dev.holdfast.gateway.demo",
          "dev.holdfast.gateway.doctor",
          "dev.holdfast.gateway.cli",
          "dev.holdfast.gateway");

  @Test
  void aRoomImportsOnlyRoomsBelow() {
    assertThat(Rooms.faults("dev.holdfast.gateway", ROOMS)).isEmpty();
  }
}
