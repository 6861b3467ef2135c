package dev.holdfast.ledger;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One state of a small world: nodes, network, member lists, copies of the row, messages under way,
 * in an array of bytes. The steps and the nodes are the real ones; this class only moves them
 * about. A node that is granted g may hold up to g sessions at any moment, so only grants are
 * looked at.
 *
 * <p>Terms and sequences are kept as places in their order. That a process wrote a row last is kept
 * with the copies of that row: a term has one process that writes in it, so its memory can fit no
 * other row.
 */
final class LedgerWorld {
  static final int UP = 0;
  static final int STOPPED = 1;
  static final int DEAD = 2;
  static final int NOWHERE = -1;

  private static final int LIFE = 0;
  private static final int INCARNATION = 1;
  private static final int PROMISED = 2;
  private static final int SEQUENCE = 3;
  private static final int GRANTED = 4;
  private static final int ASKING = 5;
  private static final int NET = 6;
  private static final int VIEW = 7;
  private static final int ROW = 8; // two bytes, number + 1
  private static final int ROW_TERM = 10;
  private static final int ROW_WRITER = 11; // node + 1 whose memory fits this row
  private static final int ROW_SEQUENCES = 12; // three bytes
  private static final int MESSAGES = 15;
  private static final int MESSAGE = 6; // kind, incarnation, term, sequence, granted, want
  private static final int ROOM = 4;
  private static final int NODE = MESSAGES + ROOM * MESSAGE;

  /** What a message is; 0 is none. */
  static final int REQUEST = 1;

  static final int ANSWER = 2;
  static final int OTHER_TERM = 3;

  final StepTable table;
  final int n;
  private final byte[] s;

  LedgerWorld(StepTable table) {
    this(table, new byte[table.n * NODE + 2]);
    for (int i = 0; i < n; i++) {
      set(i, INCARNATION, 1);
    }
  }

  private LedgerWorld(StepTable table, byte[] state) {
    this.table = table;
    n = table.n;
    s = state;
  }

  LedgerWorld copy() {
    return new LedgerWorld(table, s.clone());
  }

  byte[] bytes() {
    return s;
  }

  static LedgerWorld of(StepTable table, byte[] state) {
    return new LedgerWorld(table, state);
  }

  private int get(int i, int field) {
    return s[i * NODE + field];
  }

  private void set(int i, int field, int value) {
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

  private void row(int i, int number) {
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

  private int message(int i, int k, int field) {
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

  private void add(int i, int... message) {
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

  // ---- the real node

  private ScopeLedger ledger(int i) {
    Permits permits = new Permits(StepTable.SCOPE, 0, () -> {});
    LedgerRequest latest =
        get(i, ASKING) == 0 ? null : request(i, promised(i), get(i, SEQUENCE), 0);
    ScopeLedger ledger =
        ScopeLedger.resume(
            id(i),
            permits,
            table.rules,
            new ScopeLedger.State(term(promised(i)), get(i, SEQUENCE), granted(i), latest));
    ledger.limit(table.limit, 1, n);
    return ledger;
  }

  private dev.holdfast.words.NodeId id(int i) {
    return new dev.holdfast.words.NodeId(StepTable.name(i), incarnation(i));
  }

  private static Term term(int place) {
    return place == 0 ? Term.NONE : new Term(place, 0);
  }

  private LedgerRequest request(int i, int term, int sequence, int want) {
    return new LedgerRequest(
        StepTable.SCOPE,
        id(i),
        term(term),
        sequence,
        0,
        want,
        table.limit,
        1,
        table.voters(incarnations()));
  }

  private void keep(int i, ScopeLedger ledger) {
    ScopeLedger.State state = ledger.state();
    promised(i, (int) state.promised().number());
    set(i, SEQUENCE, (int) state.sequence());
    granted(i, state.granted());
    set(i, ASKING, state.inFlight() == null ? 0 : 1);
  }

  /** A node builds a request; it is on its way. */
  void ask(int i, int want) {
    ScopeLedger ledger = ledger(i);
    LedgerRequest r = ledger.request(want, table.voters(incarnations()));
    keep(i, ledger);
    add(
        i,
        REQUEST,
        incarnation(i),
        (int) r.term().number(),
        (int) r.sequence(),
        r.granted(),
        r.want());
  }

  /** An answer reaches its node. */
  void hear(int i, int k) {
    boolean other = kind(i, k) == OTHER_TERM;
    LedgerAnswer answer =
        new LedgerAnswer(
            term(messageTerm(i, k)),
            messageIncarnation(i, k),
            message(i, k, 3),
            other,
            message(i, k, 4),
            false,
            false,
            0,
            0,
            table.limit,
            1,
            true,
            java.util.Map.of());
    ScopeLedger ledger = ledger(i);
    ledger.answered(request(i, messageTerm(i, k), message(i, k, 3), message(i, k, 5)), answer, 0);
    keep(i, ledger);
    drop(i, k);
  }

  // ---- the real steps

  private StepTable.Place place(int o) {
    return new StepTable.Place(row(o), rowTerm(o), wroteLast(o), promised(o));
  }

  StepTable.Ran request(int o, int i, int k) {
    int stored = table.has(row(o), i) ? get(o, ROW_SEQUENCES + i) : -1;
    int late = stored < 0 ? 0 : 2 + Integer.signum(message(i, k, 3) - stored);
    return table.request(
        place(o),
        new StepTable.Asked(
            i, messageIncarnation(i, k), messageTerm(i, k), message(i, k, 4), want(i, k), late),
        incarnations());
  }

  StepTable.Ran gone(int o, int i, int incarnation) {
    return table.gone(place(o), i, incarnation, incarnations());
  }

  /**
   * What a step wrote is in the owner's copy and, where the network allows, in those of its side.
   *
   * @param term the new term, if the step has opened one
   * @param i who asked, or -1
   * @param sequence of the request
   */
  private void write(int o, StepTable.Ran ran, int term, int i, int sequence, boolean replicate) {
    if (!ran.wrote()) {
      return;
    }
    for (int j = 0; j < n; j++) {
      if (get(j, ROW_WRITER) == o + 1) {
        set(j, ROW_WRITER, 0);
      }
    }
    row(o, ran.row());
    set(o, ROW_TERM, ran.opened() ? term : rowTerm(o));
    set(o, ROW_WRITER, ran.remembered() ? o + 1 : 0);
    if (ran.taken()) {
      set(o, ROW_SEQUENCES + i, sequence);
    }
    for (int j = 0; j < n; j++) {
      boolean reaches = view(j) == view(o) && net(j) == net(o) && life(j) == UP;
      if (j != o && replicate && reaches) {
        copyRow(o, s, j);
      }
    }
  }

  /** A notice ran. */
  void ran(int o, StepTable.Ran ran, int term) {
    write(o, ran, term, -1, 0, true);
  }

  /** A request ran; its answer is on its way, the request only if it will run again. */
  void ran(int o, StepTable.Ran ran, int term, int i, int k, boolean replicate, boolean again) {
    int incarnation = messageIncarnation(i, k);
    int sequence = message(i, k, 3);
    write(o, ran, term, i, sequence, replicate);
    if (!again) {
      drop(i, k);
    }
    if (ran.told() != StepTable.Told.NOTHING) {
      boolean other = ran.told() == StepTable.Told.OTHER_TERM;
      add(i, other ? OTHER_TERM : ANSWER, incarnation, rowTerm(o), sequence, ran.granted(), 0);
    }
  }

  /** A dead node is back as a new process, with a copy of what the others have. */
  void comeBack(int i, int side) {
    int from = owner(side);
    copyRow(from, s, i);
    life(i, UP);
    set(i, INCARNATION, incarnation(i) + 1);
    view(i, side);
  }

  void kill(int i) {
    life(i, DEAD);
    view(i, NOWHERE);
  }

  // ---- one name for all states that only differ in names

  /** A place after those of all terms. */
  int afterAllTerms() {
    int last = 0;
    for (int i = 0; i < n; i++) {
      last = Math.max(last, Math.max(promised(i), rowTerm(i)));
    }
    return last + 1;
  }

  /** The places of all terms that are in use, as bits. */
  private long termBits() {
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

  /** Forgets what nothing can depend on any more, and names all else by its place. */
  LedgerWorld canonical() {
    for (int i = 0; i < n; i++) {
      forget(i);
    }
    for (int i = 0; i < n; i++) {
      renameSequences(i);
      sort(i);
    }
    renameTerms();
    rename(NET);
    rename(VIEW);
    return this;
  }

  private void forget(int i) {
    if (life(i) == DEAD) {
      noRow(i);
      Arrays.fill(s, i * NODE + PROMISED, i * NODE + NET, (byte) 0);
      for (int j = 0; j < n; j++) {
        if (get(j, ROW_WRITER) == i + 1) {
          set(j, ROW_WRITER, 0);
        }
      }
    }
    for (int k = messages(i) - 1; k >= 0; k--) {
      boolean former = life(i) == DEAD || messageIncarnation(i, k) != incarnation(i);
      if (kind(i, k) != REQUEST && former) {
        drop(i, k);
      }
    }
    boolean asking = false;
    for (int k = 0; k < messages(i); k++) {
      asking |= message(i, k, 3) == get(i, SEQUENCE) && messageIncarnation(i, k) == incarnation(i);
    }
    if (!asking) {
      set(i, ASKING, 0);
    }
  }

  /** The order of sequences matters only against those that are under way. */
  private void renameSequences(int i) {
    long flying = 0;
    int count = messages(i);
    for (int k = 0; k < count; k++) {
      flying |= 1L << message(i, k, 3);
    }
    set(i, SEQUENCE, place(get(i, SEQUENCE), flying));
    for (int k = 0; k < count; k++) {
      set(i, MESSAGES + k * MESSAGE + 3, place(message(i, k, 3), flying));
    }
    for (int j = 0; j < n; j++) {
      boolean has = table.has(row(j), i);
      set(j, ROW_SEQUENCES + i, has ? place(get(j, ROW_SEQUENCES + i), flying) : 0);
    }
  }

  private static int place(int value, long used) {
    return 2 * Long.bitCount(used & ((1L << value) - 1)) + (int) (used >>> value & 1);
  }

  private void sort(int i) {
    int count = messages(i);
    for (int k = 1; k < count; k++) {
      for (int m = k; m > 0 && compare(i, m - 1, m) > 0; m--) {
        swap(i, m - 1, m);
      }
    }
  }

  private int compare(int i, int k, int m) {
    int at = i * NODE + MESSAGES;
    return Arrays.compare(
        s, at + k * MESSAGE, at + (k + 1) * MESSAGE, s, at + m * MESSAGE, at + (m + 1) * MESSAGE);
  }

  private void swap(int i, int k, int m) {
    int at = i * NODE + MESSAGES;
    for (int field = 0; field < MESSAGE; field++) {
      byte kept = s[at + k * MESSAGE + field];
      s[at + k * MESSAGE + field] = s[at + m * MESSAGE + field];
      s[at + m * MESSAGE + field] = kept;
    }
  }

  private void renameTerms() {
    long used = termBits();
    for (int i = 0; i < n; i++) {
      set(i, PROMISED, evenPlace(promised(i), used));
      set(i, ROW_TERM, evenPlace(rowTerm(i), used));
      for (int k = 0; k < messages(i); k++) {
        set(i, MESSAGES + k * MESSAGE + 2, evenPlace(messageTerm(i, k), used));
      }
    }
  }

  private static int evenPlace(int term, long used) {
    return term == 0 ? 0 : 2 * Long.bitCount(used & ((2L << term) - 1));
  }

  private void rename(int field) {
    int[] names = new int[128];
    int next = 0;
    for (int i = 0; i < n; i++) {
      int value = get(i, field);
      if (value >= 0) {
        names[value] = names[value] == 0 ? ++next : names[value];
        set(i, field, names[value] - 1);
      }
    }
  }

  // ---- fingerprints

  /** 64 bits that tell this state from others. */
  long fingerprint() {
    return mix(0, 0, s.length);
  }

  /** The same of what is left when all messages under way are lost. */
  long settledFingerprint() {
    LedgerWorld quiet = copy();
    for (int i = 0; i < n; i++) {
      quiet.dropAll(i);
      quiet.set(i, NET, 0);
    }
    quiet.faults(0);
    quiet.dups(0);
    return quiet.canonical().fingerprint();
  }

  private long mix(long seed, int from, int to) {
    long hash = seed + 0x9E3779B97F4A7C15L;
    for (int at = from; at < to; at++) {
      hash = (hash ^ s[at] & 0xff) * 0xBF58476D1CE4E5B9L;
      hash ^= hash >>> 29;
    }
    hash = (hash ^ hash >>> 30) * 0x94D049BB133111EBL;
    return (hash ^ hash >>> 31) | 1;
  }

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
