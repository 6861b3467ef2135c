package dev.holdfast.ledger;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A state of a small world as an array of bytes: nodes, network, member lists, copies of the row,
 * messages under way. A node that is granted g may hold up to g sessions at any moment, so only
 * grants are looked at.
 *
 * <p>Terms and sequences are kept as places in their order. That a process wrote a row last is kept
 * with the copies of that row: a term has one process that writes in it, so its memory can fit no
 * other row.
 */
class WorldState {
  static final int UP = 0;
  static final int STOPPED = 1;
  static final int DEAD = 2;
  static final int NOWHERE = -1;

  static final int LIFE = 0;
  static final int INCARNATION = 1;
  static final int PROMISED = 2;
  static final int SEQUENCE = 3;
  static final int GRANTED = 4;
  static final int ASKING = 5;
  static final int NET = 6;
  static final int VIEW = 7;
  static final int ROW = 8; // two bytes, number + 1
  static final int ROW_TERM = 10;
  static final int ROW_WRITER = 11; // node + 1 whose memory fits this row
  static final int ROW_SEQUENCES = 12; // three bytes
  static final int MESSAGES = 15;
  static final int MESSAGE = 6; // kind, incarnation, term, sequence, granted, want
  static final int ROOM = 4;
  static final int NODE = MESSAGES + ROOM * MESSAGE;

  /** What a message is; 0 is none. */
  static final int REQUEST = 1;

  static final int ANSWER = 2;
  static final int OTHER_TERM = 3;

  final StepTable table;
  final int n;
  final byte[] s;

  /** All are up, in contact, and hold nothing; there is no row. */
  WorldState(StepTable table) {
    this(table, new byte[table.n * NODE + 2]);
    for (int i = 0; i < n; i++) {
      s[i * NODE + INCARNATION] = 1;
    }
  }

  WorldState(StepTable table, byte[] state) {
    this.table = table;
    n = table.n;
    s = state;
  }

  byte[] bytes() {
    return s;
  }

  int get(int i, int field) {
    return s[i * NODE + field];
  }

  void set(int i, int field, int value) {
    s[i * NODE + field] = (byte) value;
  }

  // ---- what there is

  int life(int i) {
    return get(i, LIFE);
  }

  void life(int i, int life) {
    set(i, LIFE, life);
  }

  int incarnation(int i) {
    return get(i, INCARNATION);
  }

  int promised(int i) {
    return get(i, PROMISED);
  }

  void promised(int i, int term) {
    set(i, PROMISED, term);
  }

  int granted(int i) {
    return get(i, GRANTED);
  }

  void granted(int i, int granted) {
    set(i, GRANTED, granted);
  }

  int net(int i) {
    return get(i, NET);
  }

  void net(int i, int net) {
    set(i, NET, net);
  }

  int view(int i) {
    return get(i, VIEW);
  }

  void view(int i, int view) {
    set(i, VIEW, view);
  }

  int faults() {
    return s[n * NODE];
  }

  void faults(int left) {
    s[n * NODE] = (byte) left;
  }

  int dups() {
    return s[n * NODE + 1];
  }

  void dups(int left) {
    s[n * NODE + 1] = (byte) left;
  }

  int lent() {
    int lent = 0;
    for (int i = 0; i < n; i++) {
      lent += granted(i);
    }
    return lent;
  }

  int row(int i) {
    return (get(i, ROW) << 7 | get(i, ROW + 1)) - 1;
  }

  int rowTerm(int i) {
    return get(i, ROW_TERM);
  }

  boolean wroteLast(int i) {
    return get(i, ROW_WRITER) == i + 1;
  }

  void row(int i, int number) {
    if (number >= 1 << 14) {
      throw new IllegalStateException("rows: " + number + " (expected: two bytes of seven bits)");
    }
    set(i, ROW, number + 1 >> 7);
    set(i, ROW + 1, number + 1 & 127);
  }

  void noRow(int i) {
    Arrays.fill(s, i * NODE + ROW, i * NODE + MESSAGES, (byte) 0);
  }

  void copyRow(int from, byte[] source, int to) {
    System.arraycopy(source, from * NODE + ROW, s, to * NODE + ROW, MESSAGES - ROW);
  }

  /** A row that a node has from the start; it wrote it itself if so said. */
  void row(int i, LedgerRow row, int term, int writer) {
    row(i, table.number(row));
    set(i, ROW_TERM, term);
    set(i, ROW_WRITER, writer + 1);
  }

  /** The oldest of a side owns the row; -1 if there is none. */
  int owner(int side) {
    for (int i = 0; i < n; i++) {
      if (view(i) == side && life(i) != DEAD) {
        return i;
      }
    }
    return -1;
  }

  /** The sides that think of themselves as the members, as bits. */
  int sides() {
    int sides = 0;
    for (int i = 0; i < n; i++) {
      sides |= view(i) >= 0 ? 1 << view(i) : 0;
    }
    return sides;
  }

  int incarnations() {
    int packed = 0;
    for (int i = 0; i < n; i++) {
      packed |= incarnation(i) << (2 * i);
    }
    return packed;
  }

  // ---- messages

  int message(int i, int k, int field) {
    return get(i, MESSAGES + k * MESSAGE + field);
  }

  int kind(int i, int k) {
    return message(i, k, 0);
  }

  int messageIncarnation(int i, int k) {
    return message(i, k, 1);
  }

  int messageTerm(int i, int k) {
    return message(i, k, 2);
  }

  int want(int i, int k) {
    return message(i, k, 5);
  }

  /** Messages of a node, from the first on; canonical states have no holes. */
  int messages(int i) {
    int count = 0;
    while (count < ROOM && kind(i, count) != 0) {
      count++;
    }
    return count;
  }

  boolean sameMessage(int i, int k, int other) {
    int at = i * NODE + MESSAGES;
    return Arrays.equals(
        s,
        at + k * MESSAGE,
        at + (k + 1) * MESSAGE,
        s,
        at + other * MESSAGE,
        at + (other + 1) * MESSAGE);
  }

  void drop(int i, int k) {
    int at = i * NODE + MESSAGES;
    System.arraycopy(s, at + (k + 1) * MESSAGE, s, at + k * MESSAGE, (ROOM - 1 - k) * MESSAGE);
    Arrays.fill(s, at + (ROOM - 1) * MESSAGE, at + ROOM * MESSAGE, (byte) 0);
  }

  void dropAll(int i) {
    Arrays.fill(s, i * NODE + MESSAGES, (i + 1) * NODE, (byte) 0);
  }

  void add(int i, int... message) {
    int at = i * NODE + MESSAGES + messages(i) * MESSAGE;
    for (int field = 0; field < MESSAGE; field++) {
      s[at + field] = (byte) message[field];
    }
  }

  String text(int i, int k) {
    return List.of("nothing", "request", "answer", "answer of another term").get(kind(i, k))
        + " #"
        + message(i, k, 3)
        + " term "
        + message(i, k, 2)
        + " granted "
        + message(i, k, 4)
        + " want "
        + message(i, k, 5);
  }

  // ---- terms

  /** A place after those of all terms. */
  int afterAllTerms() {
    int last = 0;
    for (int i = 0; i < n; i++) {
      last = Math.max(last, Math.max(promised(i), rowTerm(i)));
    }
    return last + 1;
  }

  /** The places of all terms that are in use, as bits. */
  long termBits() {
    long bits = 0;
    for (int i = 0; i < n; i++) {
      bits |= 1L << promised(i) | 1L << rowTerm(i);
      for (int k = 0; k < messages(i); k++) {
        bits |= 1L << messageTerm(i, k);
      }
    }
    return bits & ~1L;
  }

  /**
   * The places that a new term may have, which is later than one that its opener knows. How it
   * compares with terms that its opener does not know is open: its number is one more than the
   * known one, the numbers of the others are anything, and so are the random parts.
   */
  int[] newTerms(int later) {
    long above = termBits() >>> (later + 1) << (later + 1);
    int[] places = new int[Long.bitCount(above) + 1];
    places[0] = later + 1;
    for (int k = 1; above != 0; k++, above &= above - 1) {
      places[k] = Long.numberOfTrailingZeros(above) + 1;
    }
    return places;
  }

  // ---- fingerprints

  /** 64 bits that tell this state from others. */
  long fingerprint() {
    long hash = 0x9E3779B97F4A7C15L;
    for (byte each : s) {
      hash = (hash ^ each & 0xff) * 0xBF58476D1CE4E5B9L;
      hash ^= hash >>> 29;
    }
    hash = (hash ^ hash >>> 30) * 0x94D049BB133111EBL;
    return (hash ^ hash >>> 31) | 1;
  }

  /** What is wrong here, or null. */
  @Nullable String broken() {
    return lent() > table.limit ? "grants exceed the limit" : null;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < n; i++) {
      text.append(StepTable.name(i))
          .append(Arrays.toString(Arrays.copyOfRange(s, i * NODE, i * NODE + MESSAGES)));
      text.append(row(i) < 0 ? "" : table.row(row(i)).toString());
      for (int k = 0; k < messages(i); k++) {
        text.append(' ').append(text(i, k));
      }
      text.append('\n');
    }
    return text.toString();
  }
}
