package dev.holdfast.gateway.session;

import dev.holdfast.gateway.header.Declared;
import dev.holdfast.gateway.ports.PortTuple;
import dev.holdfast.gateway.relay.Link;
import dev.holdfast.ledger.Admission;
import dev.holdfast.ledger.Permits;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.Scope;
import dev.holdfast.words.Source;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client and, once it has one, its server. Confined to its loop. Fields only: what happens next
 * is decided in {@link Walk}, and each move of the state passes {@link #to}.
 *
 * <p>Kept small: no timer, no text and no object of its own besides the link. It is its own task
 * for the moment when its permits come.
 */
final class Session implements Link.Events, Runnable {
  /** A time that was never reached. */
  static final int NEVER = -1;

  final Walk walk;
  final LoopListener at;
  final LoopPool pool;
  final Link link;

  /** Who it is for affinity; while it waits for its header that of its socket. */
  Source source;

  /** Whose it is, as its header said; null: its socket's. */
  @Nullable Declared declared;

  final long id;
  final long acceptedNanos = System.nanoTime();

  private SessionState state = SessionState.ACCEPTED;

  /** Neighbours in the list of the loop. */
  @Nullable Session before;

  @Nullable Session after;

  /** Permits it holds; null before and after. */
  @Nullable List<Permits> permits;

  /** Permits it waits for, or that came and were not looked at yet. */
  @Nullable List<Permits> asked;

  Admission.@Nullable Waiter waiter;

  /** The server whose permits it holds or held last, or waits for. */
  @Nullable ServerPlace server;

  /** The scope that was full, while it waits or is diverted for that. */
  @Nullable Scope full;

  /** Its server was full and no next choice had room: it waits where it is. */
  boolean spilled;

  @Nullable Refusal refusal;

  /** Whose local port it holds or held last. */
  @Nullable PortTuple ports;

  /** It holds one. */
  boolean hasPort;

  /** The tuples of the present server that were tried, a bit each. */
  long tried;

  /** When it began to wait, after accept. */
  int queuedAtMs;

  int waitMs = NEVER;
  int connectMs = NEVER;

  /** Attempts at the present server. */
  byte portsTried;

  /** Connections tried, at all servers. */
  byte attempts;

  /** Servers given up. */
  byte diversions;

  /** First letter of its end when somebody ordered it, else 0. */
  char ordered;

  /** One side had ended when that was ordered. */
  private boolean orderedHalf;

  /** First letter of its end if no server can be had. */
  char failure = 'D';

  /** As whom its source counts it, or null. */
  @Nullable Source counted;

  /** Where it waits for its moment. */
  @Nullable PaceLine pacing;

  /** The server whose moment it has taken and not used yet. */
  @Nullable ServerPlace moment;

  boolean countedByNode;
  boolean queued;

  Session(Walk walk, LoopListener at, Link link, Source source, long id) {
    this.walk = walk;
    this.at = at;
    this.pool = at.pool();
    this.link = link;
    this.source = source;
    this.id = id;
  }

  /** The client's address, whole. */
  Source clientAddress() {
    return declared == null ? link.clientAddress() : declared.client();
  }

  /** The client's end. */
  InetSocketAddress client() {
    return declared == null ? link.client() : declared.clientEnd();
  }

  SessionState state() {
    return state;
  }

  /**
   * Moves on.
   *
   * @throws IllegalStateException if the move is not legal
   */
  void to(SessionState next) {
    if (!state.mayBecome(next)) {
      throw new IllegalStateException(
          "session " + id + ": " + state + " to " + next + " (expected: a legal move)");
    }
    state = next;
  }

  /** Notes who ordered its end; the first order counts. */
  void order(char letter) {
    if (ordered == 0) {
      ordered = letter;
      orderedHalf = link.clientHasEnded() || link.serverHasEnded();
    }
  }

  boolean orderedHalf() {
    return orderedHalf;
  }

  int sinceAcceptMs(long nowNanos) {
    return (int) Math.min(Integer.MAX_VALUE, (nowNanos - acceptedNanos) / 1_000_000);
  }

  @Override
  public void run() {
    walk.granted(this);
  }

  @Override
  public void connected() {
    walk.connected(this);
  }

  @Override
  public void connectFailed(Throwable cause) {
    walk.connectFailed(this, cause);
  }

  @Override
  public void clientEnded() {
    walk.clientEnded(this);
  }

  @Override
  public void firstBytes() {
    walk.headers().came(this);
  }

  @Override
  public void ended() {
    walk.ended(this);
  }
}
