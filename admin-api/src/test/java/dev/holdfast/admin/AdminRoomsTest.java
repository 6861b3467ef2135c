package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Rooms;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The map of the module: a room imports only rooms that stand before it in the list. */
class AdminRoomsTest {
  private static final List<String> ROOMS =
      List.of(
          "dev.holdfast.admin.answer",
          "dev.holdfast.admin.problem",
          "dev.holdfast.admin.metrics",
          "dev.holdfast.admin.access",
          "dev.holdfast.admin.contract",
          "dev.holdfast.admin.console",
          "dev.holdfast.admin");

  @Test
  void aRoomImportsOnlyRoomsBelow() {
    assertThat(Rooms.faults("dev.holdfast.admin", ROOMS)).isEmpty();
  }
}
