package dev.holdfast.table;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.holdfast.words.ServerName;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Slot to server, and slot to home: the server to which the slot returns when it can. Immutable,
 * any thread.
 *
 * <p>Either every slot has a server, or no server serves at all ({@link #serves} is false); the
 * homes may be known in both cases. Servers are held by name and sorted, so two tables that say the
 * same are equal, whatever the order of the configuration was. Tables are made by {@link TablePlan}
 * or read from a row.
 *
 * <p>As a row: {@code servers}, the names, strictly ascending, each used at least once; {@code
 * slots}, two bytes a slot, the index of its server, high byte first, or no bytes when no server
 * serves; {@code homes}, likewise, absent when every slot is at home. 128 KiB at home, 256 KiB
 * otherwise; about 512 KiB of heap.
 */
public final class SlotTable {
  /** Slots of every table. */
  public static final int SLOTS = 65_536;

  /** No server serves and no home is known. */
  public static final SlotTable EMPTY = of(new ServerName[0], nobody(), nobody());

  /** In place of an index: no server. */
  static final short NOBODY = (short) 0xffff;

  private static final int MAX_SERVERS = 0xffff;

  private final ServerName[] names;
  private final short[] owners;
  private final short[] homes;
  private final @Nullable ServerName[] answers;

  /** Counted when somebody asks. */
  private @Nullable SortedMap<ServerName, Integer> shares;

  /** Takes the arrays over; they are canonical: see {@link #of}. */
  private SlotTable(ServerName[] names, short[] owners, short[] homes) {
    this.names = names;
    this.owners = owners;
    this.homes = homes;
    this.answers = new ServerName[SLOTS];
    for (int slot = 0; slot < SLOTS; slot++) {
      answers[slot] = name(owners[slot]);
    }
  }

  /**
   * Reads a row.
   *
   * @throws IllegalArgumentException if the row is not one that a table writes
   */
  @JsonCreator
  static SlotTable read(
      @JsonProperty(value = "servers", required = true) List<ServerName> servers,
      @JsonProperty(value = "slots", required = true) byte[] slots,
      @JsonProperty("homes") byte @Nullable [] homes) {
    ServerName[] names = servers.toArray(ServerName[]::new);
    if (names.length > MAX_SERVERS) {
      throw fault("servers", names.length + " names", "at most " + MAX_SERVERS);
    }
    for (int i = 1; i < names.length; i++) {
      if (names[i - 1].compareTo(names[i]) >= 0) {
        throw fault("servers", names[i].value(), "strictly ascending names");
      }
    }
    short[] owners = slots.length == 0 ? nobody() : indexes("slots", slots, names.length);
    SlotTable table =
        of(names, owners, homes == null ? owners : indexes("homes", homes, names.length));
    if (table.names.length != names.length) {
      throw fault("servers", names.length + " names", "each serves a slot or is the home of one");
    }
    return table;
  }

  /**
   * A table of indexes into sorted names. Names that no slot uses are left out; a slot without a
   * home is at home where it is. Keeps the arrays.
   */
  static SlotTable of(ServerName[] names, short[] owners, short[] homes) {
    boolean[] used = new boolean[names.length];
    short[] whole = homes;
    for (int slot = 0; slot < SLOTS; slot++) {
      if (homes[slot] == NOBODY && owners[slot] != NOBODY) {
        whole = whole == homes ? homes.clone() : whole;
        whole[slot] = owners[slot];
      }
      mark(used, owners[slot]);
      mark(used, whole[slot]);
    }
    short[] renamed = new short[names.length];
    int kept = 0;
    ServerName[] left = new ServerName[names.length];
    for (int i = 0; i < names.length; i++) {
      renamed[i] = (short) kept;
      if (used[i]) {
        left[kept++] = names[i];
      }
    }
    if (kept == names.length) {
      return new SlotTable(names, owners, whole);
    }
    return new SlotTable(
        Arrays.copyOf(left, kept), rename(owners, renamed), rename(whole, renamed));
  }

  /** An array that gives no slot a server. */
  static short[] nobody() {
    short[] none = new short[SLOTS];
    Arrays.fill(none, (short) 0xffff);
    return none;
  }

  /**
   * The server of a slot: one array read. Null for every slot when no server serves, and only then.
   *
   * @param slot 0 to 65,535
   */
  public @Nullable ServerName server(int slot) {
    return answers[slot];
  }

  /**
   * The server to which a slot belongs while every server is usable. Null only if no server serves
   * and none is remembered.
   *
   * @param slot 0 to 65,535
   */
  public @Nullable ServerName home(int slot) {
    return name(homes[slot]);
  }

  /** True if every slot has a server, false if none has. */
  public boolean serves() {
    return owners[0] != NOBODY;
  }

  /** The servers that have at least one slot, by name. */
  public SortedSet<ServerName> servers() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(shares().keySet()));
  }

  /** How many slots each server has, by name; a server without a slot is absent. */
  public SortedMap<ServerName, Integer> shares() {
    SortedMap<ServerName, Integer> counted = shares;
    if (counted == null) {
      counted = count(owners);
      shares = counted; // by several threads perhaps: it is always the same
    }
    return counted;
  }

  /** How many slots are at home at each server, by name; a server that is no home is absent. */
  public SortedMap<ServerName, Integer> homeShares() {
    return count(homes);
  }

  /** The slots of one server; no bit if it has none. */
  public BitSet slotsOf(ServerName server) {
    BitSet slots = new BitSet(SLOTS);
    int index = Arrays.binarySearch(names, server);
    for (int slot = 0; index >= 0 && slot < SLOTS; slot++) {
      if ((owners[slot] & 0xffff) == index) {
        slots.set(slot);
      }
    }
    return slots;
  }

  /** The slots whose server differs between this table and another; homes do not count. */
  public BitSet movedTo(SlotTable other) {
    short[] theirs = new short[names.length];
    for (int i = 0; i < names.length; i++) {
      int index = Arrays.binarySearch(other.names, names[i]);
      theirs[i] = index < 0 ? NOBODY : (short) index;
    }
    BitSet moved = new BitSet(SLOTS);
    for (int slot = 0; slot < SLOTS; slot++) {
      boolean same =
          owners[slot] == NOBODY
              ? other.owners[slot] == NOBODY
              : other.owners[slot] != NOBODY && theirs[owners[slot] & 0xffff] == other.owners[slot];
      if (!same) {
        moved.set(slot);
      }
    }
    return moved;
  }

  /** This table's names and those of {@code more}, sorted. */
  ServerName[] namesWith(Set<ServerName> more) {
    TreeSet<ServerName> all = new TreeSet<>(more);
    Collections.addAll(all, names);
    if (all.size() > MAX_SERVERS) {
      throw fault("servers", all.size() + " names", "at most " + MAX_SERVERS);
    }
    return all.toArray(ServerName[]::new);
  }

  /** Slot to index into {@code among}, which holds all of this table's names; a copy. */
  short[] owners(ServerName[] among) {
    return rename(owners, positions(among));
  }

  /** Slot to index of the home into {@code among}, which holds all names; a copy. */
  short[] homes(ServerName[] among) {
    return rename(homes, positions(among));
  }

  @JsonProperty("servers")
  private List<ServerName> rowServers() {
    return List.of(names);
  }

  @JsonProperty("slots")
  private byte[] rowSlots() {
    return serves() ? bytes(owners) : new byte[0];
  }

  @JsonProperty("homes")
  private byte @Nullable [] rowHomes() {
    return Arrays.equals(homes, owners) ? null : bytes(homes);
  }

  private @Nullable ServerName name(short index) {
    return index == NOBODY ? null : names[index & 0xffff];
  }

  private short[] positions(ServerName[] among) {
    short[] positions = new short[names.length];
    for (int i = 0; i < names.length; i++) {
      positions[i] = (short) Arrays.binarySearch(among, names[i]);
    }
    return positions;
  }

  private SortedMap<ServerName, Integer> count(short[] indexes) {
    int[] counts = new int[names.length];
    for (short index : indexes) {
      if (index != NOBODY) {
        counts[index & 0xffff]++;
      }
    }
    TreeMap<ServerName, Integer> shares = new TreeMap<>();
    for (int i = 0; i < names.length; i++) {
      if (counts[i] > 0) {
        shares.put(names[i], counts[i]);
      }
    }
    return Collections.unmodifiableSortedMap(shares);
  }

  private static void mark(boolean[] used, short index) {
    if (index != NOBODY) {
      used[index & 0xffff] = true;
    }
  }

  private static short[] rename(short[] indexes, short[] renamed) {
    short[] result = new short[SLOTS];
    for (int slot = 0; slot < SLOTS; slot++) {
      short index = indexes[slot];
      result[slot] = index == NOBODY ? NOBODY : renamed[index & 0xffff];
    }
    return result;
  }

  private static short[] indexes(String field, byte[] row, int servers) {
    if (row.length != 2 * SLOTS) {
      throw fault(field, row.length + " bytes", 2 * SLOTS + " bytes");
    }
    short[] indexes = new short[SLOTS];
    for (int slot = 0; slot < SLOTS; slot++) {
      int index = (row[2 * slot] & 0xff) << 8 | row[2 * slot + 1] & 0xff;
      if (index >= servers) {
        throw fault(field, "slot " + slot + " has index " + index, "less than " + servers);
      }
      indexes[slot] = (short) index;
    }
    return indexes;
  }

  private static byte[] bytes(short[] indexes) {
    byte[] row = new byte[2 * SLOTS];
    for (int slot = 0; slot < SLOTS; slot++) {
      row[2 * slot] = (byte) (indexes[slot] >>> 8);
      row[2 * slot + 1] = (byte) indexes[slot];
    }
    return row;
  }

  private static IllegalArgumentException fault(String field, Object value, String rule) {
    return new IllegalArgumentException(
        "slot table, " + field + ": " + value + " (expected: " + rule + ")");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || other instanceof SlotTable that
            && Arrays.equals(names, that.names)
            && Arrays.equals(owners, that.owners)
            && Arrays.equals(homes, that.homes);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(names) + Arrays.hashCode(owners)) + Arrays.hashCode(homes);
  }

  /** The shares, for logs; not the slots. */
  @Override
  public String toString() {
    return "SlotTable" + shares();
  }
}
