package dev.holdfast.epoch;

import dev.holdfast.store.Table;
import dev.holdfast.store.Table.Tells;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Source;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tables of this room, their keys, and the steps that a store must know. */
public final class EpochTables {
  /**
   * A piece of an epoch, written once.
   *
   * @param bytes at most 256 KiB
   */
  public record Part(byte[] bytes) {}

  /**
   * Slots in which a node that returned has strays; the next change touches them.
   *
   * @param epoch by which the node routes
   * @param slots as {@link java.util.BitSet#toByteArray}
   */
  public record Strays(long epoch, byte[] slots) {}

  /** Pool -> record. */
  public static final Table<EpochRecord> RECORDS = new Table<>("epoch-records", EpochRecord.class);

  /** Pool, change, token and number -> piece of an epoch. */
  public static final Table<Part> PARTS = new Table<>("epoch-parts", Part.class, Tells.NOTHING);

  /** Node -> its row. */
  public static final Table<NodeRow> ROWS = new Table<>("epoch-rows", NodeRow.class, Tells.NOTHING);

  /** Pool and node -> its last acknowledgement. */
  public static final Table<Claim.Ack> ACKS = new Table<>("epoch-acks", Claim.Ack.class);

  /** Pool, change, process and number -> claims. */
  public static final Table<Claim.Chunk> CLAIMS =
      new Table<>("epoch-claims", Claim.Chunk.class, Tells.NOTHING);

  /** Pool and source -> diversion. */
  public static final Table<Diversion> DIVERSIONS =
      new Table<>("epoch-diversions", Diversion.class);

  /** Pool and node -> slots with strays. */
  public static final Table<Strays> STRAYS = new Table<>("epoch-strays", Strays.class);

  /** All tables of this room. */
  public static final List<Table<?>> TABLES =
      List.of(RECORDS, PARTS, ROWS, ACKS, CLAIMS, DIVERSIONS, STRAYS);

  /** All steps of this room. */
  public static final List<Class<?>> STEPS =
      List.of(Advance.class, Beat.class, Lose.class, Divert.class, DropIfDead.class);

  private EpochTables() {}

  static String ack(PoolName pool, NodeName node) {
    return pool + "/" + node;
  }

  static String claims(PoolName pool, ChangeId change, NodeId node, int chunk) {
    return pool + "/" + change + "/" + node + "/" + chunk;
  }

  static String part(PoolName pool, EpochRecord.Ref ref, int number) {
    return pool + "/" + ref.id() + "/" + Long.toHexString(ref.token()) + "/" + number;
  }

  static String diversion(PoolName pool, Source source) {
    return pool + "/" + source;
  }

  /** The source of a diversion's key, or null if the key is of another pool. */
  static @Nullable Source diverted(PoolName pool, String key) {
    String prefix = pool + "/";
    return key.startsWith(prefix) ? Source.parse(key.substring(prefix.length())) : null;
  }
}
