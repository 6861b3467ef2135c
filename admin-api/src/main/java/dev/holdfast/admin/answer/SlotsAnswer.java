package dev.holdfast.admin.answer;

import dev.holdfast.table.SlotTable;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code GET /v1/pools/{pool}/slots}: the slot table that the answering node routes by.
 *
 * @param pool the pool
 * @param epoch version of the table, 0 if there is none
 * @param servers those that have a slot, by name
 * @param slots two bytes a slot, the place of its server in the list, high byte first; no bytes if
 *     no server serves. Base64 in the JSON
 */
public record SlotsAnswer(PoolName pool, long epoch, List<ServerName> servers, byte[] slots) {
  /** A table as an answer. */
  public static SlotsAnswer of(PoolName pool, long epoch, SlotTable table) {
    List<ServerName> servers = List.copyOf(table.servers());
    Map<ServerName, Integer> places = new TreeMap<>();
    servers.forEach(server -> places.put(server, places.size()));
    byte[] slots = new byte[table.serves() ? 2 * SlotTable.SLOTS : 0];
    for (int i = 0; i < slots.length; i += 2) {
      int place = places.get(table.server(i / 2));
      slots[i] = (byte) (place >>> 8);
      slots[i + 1] = (byte) place;
    }
    return new SlotsAnswer(pool, epoch, servers, slots);
  }
}
