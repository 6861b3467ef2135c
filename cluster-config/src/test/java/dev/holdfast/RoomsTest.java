package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The map of the module: a room imports only rooms that stand before it in the list. */
class RoomsTest {
  private static final List<String> ROOMS =
      List.of(
          "dev.holdfast.words",
          "dev.holdfast.line",
          "dev.holdfast.time",
          "dev.holdfast.config",
          "dev.holdfast.table",
          "dev.holdfast.store",
          "dev.holdfast.members",
          "dev.holdfast.tally",
          "dev.holdfast.ledger",
          "dev.holdfast.epoch",
          "dev.holdfast.directory",
          "dev.holdfast.operations",
          "dev.holdfast.chronicle",
          "dev.holdfast.store.hazelcast");

  @Test
  void aRoomImportsOnlyRoomsBelow() {
    assertThat(Rooms.faults("dev.holdfast", ROOMS)).isEmpty();
  }
}
