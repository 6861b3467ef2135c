package dev.holdfast.epoch;

import dev.holdfast.store.Rows;
import dev.holdfast.table.SlotTable;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An epoch as bytes, and as pieces of at most 256 KiB. The order of everything is that of names, so
 * equal epochs give equal bytes.
 *
 * @param number of the epoch
 * @param random of the change
 * @param table slots and homes
 * @param configured weights
 * @param usable weights
 * @param serving servers
 * @param touched runs of slots: epoch and length, each four bytes
 * @param givenBack slots given back to the table, as {@link BitSet#toByteArray}; null before this
 *     was known
 * @param servers those that pins name
 * @param sources two words each
 * @param pinned index of the server of each source, negative minus one for an operator's
 */
record EpochBytes(
    long number,
    long random,
    SlotTable table,
    Map<ServerName, Integer> configured,
    Map<ServerName, Integer> usable,
    List<ServerName> serving,
    byte[] touched,
    byte @Nullable [] givenBack,
    List<ServerName> servers,
    long[] sources,
    int[] pinned) {
  private static final int PART_BYTES = 250 * 1024;

  static byte[] of(Epoch epoch) {
    TreeMap<Source, Epoch.Pin> pins = new TreeMap<>(epoch.pins());
    TreeSet<ServerName> named = new TreeSet<>();
    pins.values().forEach(pin -> named.add(pin.server()));
    List<ServerName> servers = List.copyOf(named);
    Map<ServerName, Integer> indexes = new HashMap<>();
    servers.forEach(server -> indexes.put(server, indexes.size()));
    long[] sources = new long[2 * pins.size()];
    int[] pinned = new int[pins.size()];
    int at = 0;
    for (Map.Entry<Source, Epoch.Pin> pin : pins.entrySet()) {
      sources[2 * at] = pin.getKey().high();
      sources[2 * at + 1] = pin.getKey().low();
      int index = indexes.get(pin.getValue().server());
      pinned[at++] = pin.getValue().operator() ? -index - 1 : index;
    }
    return Rows.bytes(
        new EpochBytes(
            epoch.id().number(),
            epoch.id().random(),
            epoch.table(),
            new TreeMap<>(epoch.configured()),
            new TreeMap<>(epoch.usable()),
            List.copyOf(new TreeSet<>(epoch.serving())),
            runs(epoch),
            epoch.givenBack().toByteArray(),
            servers,
            sources,
            pinned));
  }

  /**
   * The epoch of bytes.
   *
   * @throws RuntimeException if they are not those of an epoch
   */
  static Epoch epoch(byte[] bytes) {
    EpochBytes row = Rows.value(bytes, EpochBytes.class);
    Map<Source, Epoch.Pin> pins = new HashMap<>();
    for (int i = 0; i < row.pinned.length; i++) {
      boolean operator = row.pinned[i] < 0;
      ServerName server = row.servers.get(operator ? -row.pinned[i] - 1 : row.pinned[i]);
      pins.put(
          new Source(row.sources[2 * i], row.sources[2 * i + 1]), new Epoch.Pin(server, operator));
    }
    return new Epoch(
        new ChangeId(row.number, row.random),
        row.table,
        row.configured,
        row.usable,
        new TreeSet<>(row.serving),
        marks(row.touched),
        row.givenBack == null ? new BitSet() : BitSet.valueOf(row.givenBack),
        pins);
  }

  private static byte[] runs(Epoch epoch) {
    ByteBuffer runs = ByteBuffer.allocate(8 * SlotTable.SLOTS);
    int from = 0;
    for (int slot = 1; slot <= SlotTable.SLOTS; slot++) {
      if (slot == SlotTable.SLOTS || epoch.touched(slot) != epoch.touched(from)) {
        runs.putInt(epoch.touched(from)).putInt(slot - from);
        from = slot;
      }
    }
    return Arrays.copyOf(runs.array(), runs.position());
  }

  private static int[] marks(byte[] runs) {
    int[] marks = new int[SlotTable.SLOTS];
    ByteBuffer read = ByteBuffer.wrap(runs);
    int from = 0;
    while (read.hasRemaining()) {
      int epoch = read.getInt();
      int length = read.getInt();
      Arrays.fill(marks, from, from + length, epoch);
      from += length;
    }
    if (from != SlotTable.SLOTS) {
      throw new IllegalArgumentException(
          "epoch, touched: " + from + " slots (expected: " + SlotTable.SLOTS + ")");
    }
    return marks;
  }

  static List<EpochTables.Part> parts(byte[] bytes) {
    List<EpochTables.Part> parts = new ArrayList<>();
    for (int from = 0; from < bytes.length; from += PART_BYTES) {
      parts.add(
          new EpochTables.Part(
              Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + PART_BYTES))));
    }
    return parts;
  }

  static byte[] joined(List<EpochTables.Part> parts) {
    int length = parts.stream().mapToInt(part -> part.bytes().length).sum();
    ByteBuffer whole = ByteBuffer.allocate(length);
    parts.forEach(part -> whole.put(part.bytes()));
    return whole.array();
  }
}
