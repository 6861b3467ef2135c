package dev.holdfast.table;

import dev.holdfast.words.ServerName;
import java.util.List;

/** Slot to server, immutable. Stub that the table room replaces. */
public final class SlotTable {
  /** Slots of every table. */
  public static final int SLOTS = 65_536;

  private final List<ServerName> servers;
  private final short[] slots;

  SlotTable(List<ServerName> servers, short[] slots) {
    this.servers = List.copyOf(servers);
    this.slots = slots;
  }

  /** The server of a slot: one array read. */
  public ServerName server(int slot) {
    return servers.get(slots[slot]);
  }
}
