package dev.holdfast.ledger;

import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.Scope;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of one scope as a node lives it: events in, requests out. No store and no clock of its
 * own; one thread, the control loop.
 *
 * <p>A node asks ahead of need by blocks, gives surplus back, and while others wait keeps only what
 * its own clients need. A request is built by {@link #request}, where R-lower-first is; an answer
 * is taken over by {@link #answered}, where R-latest and R-term are. All else is policy.
 */
final class ScopeLedger {
  /** Between two requests of a scope, unless a client waits. */
  static final long PAUSE_NANOS = 100_000_000L;

  /** A request that has no answer after this time counts as lost. */
  static final long LOST_NANOS = 3_000_000_000L;

  private final Scope scope;
  private final NodeId self;
  private final Permits permits;
  private final Set<Rule> rules;

  private Term promised = Term.NONE;
  private long sequence;
  private int limit;
  private long limitRevision = Long.MIN_VALUE;

  private @Nullable LedgerRequest inFlight;
  private long sentAtNanos;
  private boolean paused;
  private boolean look = true;
  private boolean begun;
  private boolean beginning;

  private boolean empty;
  private boolean inLine;
  private boolean starving;
  private boolean over;
  private boolean complete;
  private boolean reported;
  private boolean alone;
  private int free;
  private int share = Permits.UNLIMITED;
  private int nodes = 1;
  private Map<NodeName, Integer> lent = Map.of();

  ScopeLedger(NodeId self, Permits permits, Set<Rule> rules) {
    this.scope = permits.scope();
    this.self = self;
    this.permits = permits;
    this.rules = rules;
  }

  /**
   * What the protocol rests on, as a value; all else is policy.
   *
   * @param promised the term
   * @param sequence of the last request
   * @param granted what may be held
   * @param inFlight the latest request, while it has no answer
   */
  record State(Term promised, long sequence, int granted, @Nullable LedgerRequest inFlight) {}

  State state() {
    return new State(promised, sequence, permits.granted(), inFlight);
  }

  /** A node that goes on from a state, over permits of its own. */
  static ScopeLedger resume(NodeId self, Permits permits, Set<Rule> rules, State state) {
    ScopeLedger ledger = new ScopeLedger(self, permits, rules);
    ledger.promised = state.promised();
    ledger.sequence = state.sequence();
    ledger.inFlight = state.inFlight();
    permits.grant(state.granted());
    return ledger;
  }

  // ---- what is asked of it

  Scope scope() {
    return scope;
  }

  Permits permits() {
    return permits;
  }

  /** The scope has a limit now. */
  boolean hasBegun() {
    return begun;
  }

  Term promised() {
    return promised;
  }

  long sequence() {
    return sequence;
  }

  @Nullable LedgerRequest inFlight() {
    return inFlight;
  }

  int limit() {
    return limit;
  }

  /** More is lent than the limit allows, by the last answer. */
  int excess() {
    long sum = lent.values().stream().mapToLong(Integer::intValue).sum();
    return (int) Math.max(0, sum - limit);
  }

  /** Nothing was free at the last question; cleared by a hint and by the reconcile. */
  boolean isEmpty() {
    return empty;
  }

  /** Others stood in line at the last answer. */
  boolean isStarving() {
    return starving;
  }

  /** The last answer gave less than was asked for. */
  boolean isInLine() {
    return inLine;
  }

  /** What the owner counts for this node, by the last answer. */
  int counted() {
    return lent.getOrDefault(self.name(), 0);
  }

  boolean isComplete() {
    return complete;
  }

  boolean isAlone() {
    return alone;
  }

  /** False from a gap or a time alone until the owner has answered. */
  boolean hasReported() {
    return reported;
  }

  // ---- configuration

  /** The limit by configuration; the higher revision wins. */
  void limit(int permitsOfScope, long revision, int nodesExpected) {
    nodes = Math.max(1, nodesExpected);
    if (revision > limitRevision) {
      if (limitRevision == Long.MIN_VALUE) {
        free = permitsOfScope;
      }
      limit = permitsOfScope;
      limitRevision = revision;
      look |= begun;
    }
  }

  /**
   * The scope has a limit from now on; sessions that it holds already are reported. A node that
   * holds some names a later term, so that everybody is counted again.
   */
  void begin(long random) {
    begun = true;
    look = true;
    permits.grant(0);
    if (permits.held() > 0) {
      beginning = true;
      nameLaterTerm(random);
    }
  }

  /** The scope has no limit any more: it counts and never says no. */
  void end() {
    begun = false;
    inFlight = null;
    starving = false;
    over = false;
    empty = false;
    inLine = false;
    alone = false;
    complete = false;
    reported = false;
    lent = Map.of();
    permits.marks(Permits.UNLIMITED, -1, Permits.UNLIMITED);
    permits.grant(Permits.UNLIMITED);
  }

  private void nameLaterTerm(long random) {
    promised = new Term(promised.number() + 1, random);
  }

  // ---- time and hints

  /** Each second, and after every event that may have changed the row: one more question. */
  void reconcile(long nowNanos) {
    empty = false;
    if (inFlight != null && nowNanos - sentAtNanos > LOST_NANOS) {
      inFlight = null;
    }
    look |= starving || over || !complete || !reported || free == 0;
  }

  /** Something happened that the row may know of: ask once, even if nothing is wanted. */
  void hint() {
    empty = false;
    look = true;
  }

  /**
   * The process did not run, or was alone: it keeps what is in use and asks for nothing until the
   * owner has answered (report first). The answer to an earlier request means nothing any more.
   */
  void reportFirst() {
    alone = false;
    reported = false;
    inFlight = null;
    starving = false;
    if (rules.contains(Rule.REPORT_FIRST)) {
      permits.marks(0, -1, 0); // what is freed meanwhile is not used again either
      permits.lowerTo(0);
    }
    hint();
  }

  /**
   * Policy available, without a majority for one lease: the node may hold its grant and its part of
   * what no node that may be alive holds, by the last row it saw.
   *
   * @param maybeAlive nodes that may be alive, this one included
   * @param provenGone names whose grants are free
   */
  void alone(int maybeAlive, Set<NodeName> provenGone) {
    long others =
        lent.entrySet().stream()
            .filter(e -> !e.getKey().equals(self.name()) && !provenGone.contains(e.getKey()))
            .mapToLong(Map.Entry::getValue)
            .sum();
    int own = alone ? lent.getOrDefault(self.name(), 0) : permits.granted();
    if (!alone) {
      lent = withOwn(own);
    }
    alone = true;
    inFlight = null;
    starving = false;
    over = false;
    long unheld = Math.max(0, limit - others - own);
    permits.grant((int) Math.max(permits.granted(), own + unheld / Math.max(1, maybeAlive)));
    permits.marks(Permits.UNLIMITED, -1, Permits.UNLIMITED);
  }

  private Map<NodeName, Integer> withOwn(int own) {
    Map<NodeName, Integer> all = new TreeMap<>(lent);
    all.put(self.name(), own);
    return all;
  }

  // ---- requests

  /**
   * The request to send now, or null. Also sets the marks of the permits.
   *
   * @param nowNanos monotonic time
   * @param need of the clients
   * @param voters who counts
   */
  @Nullable LedgerRequest next(long nowNanos, Need need, Voters voters) {
    if (!begun || alone) {
      return null;
    }
    int want = want(need);
    boolean something = want != permits.granted() || look || beginning || lowered() || leaves(need);
    boolean urgent = need.waiting() > 0 && !empty;
    if (inFlight != null || !something || (!urgent && pauseNanos(nowNanos) > 0)) {
      return null;
    }
    look = false;
    paused = true;
    sentAtNanos = nowNanos;
    return request(want, voters);
  }

  /** A release gave a permit back to the ledger, which does not know it yet. */
  private boolean lowered() {
    return permits.granted() < counted();
  }

  /** The node stands in the owner's line, but none of its clients waits any more. */
  private boolean leaves(Need need) {
    return inLine && need.waiting() == 0 && !need.pressed();
  }

  /** How long until a request may go out that no client waits for; 0 or less: now. */
  long pauseNanos(long nowNanos) {
    return paused ? PAUSE_NANOS - (nowNanos - sentAtNanos) : 0;
  }

  /**
   * A request for so many permits in all. R-lower-first: what is not wanted is not used any more
   * before the request leaves.
   */
  LedgerRequest request(int want, Voters voters) {
    int granted = permits.granted();
    int wanted = want;
    if (want < granted) {
      int lowered = rules.contains(Rule.LOWER_FIRST) ? permits.lowerTo(want) : granted;
      wanted = Math.max(want, rules.contains(Rule.LOWER_FIRST) ? lowered : permits.held());
    }
    sequence++;
    inFlight =
        new LedgerRequest(
            scope, self, promised, sequence, granted, wanted, limit, limitRevision, voters);
    return inFlight;
  }

  /** What the node wants to hold now, in all; sets the marks of the permits accordingly. */
  private int want(Need need) {
    int held = permits.held();
    int spare = Math.max(0, permits.granted() - held);
    if (!reported || beginning) {
      permits.marks(rules.contains(Rule.REPORT_FIRST) ? 0 : Permits.UNLIMITED, -1, 0);
      return permits.granted();
    }
    if (over && rules.contains(Rule.SHRINK)) {
      permits.marks(0, -1, 0);
      return held;
    }
    if (starving) {
      return wantWhileOthersWait(need, held, spare);
    }
    int block = block();
    int lowMark = Math.max(1, block / 2);
    permits.marks(Permits.UNLIMITED, empty ? -1 : lowMark - 1, 2 * block + need.kept());
    int unused = spare - need.kept();
    int wanted = need.waiting() > 0 ? need.waiting() : need.pressed() && unused <= 0 ? 1 : 0;
    if (wanted > 0) {
      int ahead = free > wanted ? block : 0;
      return empty ? permits.granted() : held + need.kept() + wanted + ahead;
    }
    if (unused < lowMark) {
      return empty || free == 0 ? permits.granted() : held + need.kept() + block;
    }
    return unused > 2 * block ? held + need.kept() + block : permits.granted();
  }

  /** R-return, R-share, R-order: only what waiting clients of this node can use is kept. */
  private int wantWhileOthersWait(Need need, int held, int spare) {
    if (!rules.contains(Rule.RETURN)) {
      permits.marks(Permits.UNLIMITED, -1, Permits.UNLIMITED);
    } else if (need.someoneWaits()) {
      permits.marks(rules.contains(Rule.SHARE) ? share : Permits.UNLIMITED, -1, need.kept());
    } else {
      permits.marks(0, -1, 0);
    }
    if (lowered()) {
      return permits.granted(); // what was freed goes back before anything is asked for
    }
    int ready = need.pressed() && need.waiting() == 0 ? 1 : 0;
    int keep = rules.contains(Rule.RETURN) ? Math.min(spare, need.kept() + ready) : spare;
    return held + keep + (empty ? 0 : need.waiting() + ready - Math.min(ready, keep));
  }

  /** How many permits are asked for ahead of need. */
  private int block() {
    return Math.max(1, Math.min(limit / (10 * nodes), free / (2 * nodes)));
  }

  // ---- answers

  /**
   * The answer to a request, or null where the owner had nothing to say.
   *
   * @param random for a term that this node may have to name
   */
  void answered(LedgerRequest sent, @Nullable LedgerAnswer answer, long random) {
    boolean latest = inFlight != null && inFlight.sequence() == sent.sequence();
    if (latest) {
      inFlight = null;
    }
    if (answer == null) {
      if (latest && beginning) {
        nameLaterTerm(random); // counted without this node, whose sessions are older than the limit
      }
      return;
    }
    if (answer.incarnation() != self.incarnation()) {
      return;
    }
    if (answer.otherTerm()) {
      promise(answer.term());
      look |= latest;
      return;
    }
    boolean fits = !rules.contains(Rule.TERM) || answer.term().equals(promised);
    if (fits && (latest || !rules.contains(Rule.LATEST))) {
      take(sent, answer);
    }
  }

  /** Nobody knows whether the request ran: a later one, with a new sequence, will ask again. */
  void lost(LedgerRequest sent) {
    if (inFlight != null && inFlight.sequence() == sent.sequence()) {
      inFlight = null;
      empty = true;
    }
  }

  /** R-term: a promise is never taken back. First the promise, then the report. */
  private void promise(Term term) {
    if (term.after(promised)) {
      promised = term;
      paused = false;
      look = true;
    }
  }

  private void take(LedgerRequest sent, LedgerAnswer answer) {
    reported |= !answer.few();
    if (!reported || (answer.over() && rules.contains(Rule.SHRINK))) {
      permits.marks(0, -1, 0); // what was freed since the request left is not raised again
      permits.lowerTo(0);
    } else {
      permits.grant(answer.granted());
    }
    beginning = false;
    paused &= starving || !answer.starving(); // what others need goes back at once
    starving = answer.starving();
    over = answer.over();
    free = answer.free();
    share = answer.share();
    complete = answer.complete();
    lent = answer.lent();
    empty = answer.granted() < sent.want();
    inLine = empty;
    if (answer.limitRevision() > limitRevision) {
      limit = answer.limit();
      limitRevision = answer.limitRevision();
    }
  }
}
