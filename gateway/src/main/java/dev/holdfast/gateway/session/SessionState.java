package dev.holdfast.gateway.session;

import java.util.EnumSet;
import java.util.Set;

/**
 * Where a session is on its walk.
 *
 * <table>
 * <caption>Legal moves</caption>
 * <tr><th>from</th><th>to</th><th>because</th></tr>
 * <tr><td>ACCEPTED</td><td>HEADER</td><td>a PROXY header is to say who it is</td></tr>
 * <tr><td>HEADER</td><td>as ACCEPTED</td><td>the header came</td></tr>
 * <tr><td>ACCEPTED</td><td>PACED</td><td>sessions of its listener or server begin too fast</td></tr>
 * <tr><td>ACCEPTED</td><td>HELD</td><td>its slot is held by a change of epoch</td></tr>
 * <tr><td>PACED</td><td>HELD, DIVERTING, WAITING</td><td>its turn came</td></tr>
 * <tr><td>ACCEPTED, HELD</td><td>DIVERTING</td><td>its server cannot be used</td></tr>
 * <tr><td>ACCEPTED, HELD, DIVERTING</td><td>WAITING</td><td>a scope is full</td></tr>
 * <tr><td>all before</td><td>CONNECTING</td><td>it has its permits</td></tr>
 * <tr><td>WAITING</td><td>HELD, DIVERTING</td><td>the answer moved while it waited</td></tr>
 * <tr><td>HELD, DIVERTING, WAITING</td><td>PACED</td><td>as from ACCEPTED</td></tr>
 * <tr><td>DIVERTING</td><td>HELD</td><td>a change began meanwhile</td></tr>
 * <tr><td>CONNECTING</td><td>DIVERTING</td><td>no port of the server answered</td></tr>
 * <tr><td>CONNECTING</td><td>RELAYING</td><td>connected</td></tr>
 * <tr><td>all</td><td>ENDED</td><td>refused, left, or over</td></tr>
 * </table>
 *
 * <p>PACED, HELD, DIVERTING and WAITING may follow themselves: the same question was asked again.
 */
public enum SessionState {
  /** Accepted, not routed yet. */
  ACCEPTED,
  /** Waits for its PROXY header. */
  HEADER,
  /** Waits for its turn by a rate. */
  PACED,
  /** Waits until its slot is let go. */
  HELD,
  /** Waits for the owner of its key to name another server. */
  DIVERTING,
  /** Waits for permits. */
  WAITING,
  /** Holds permits, connects. */
  CONNECTING,
  /** Bytes go both ways. */
  RELAYING,
  /** Holds nothing. */
  ENDED;

  private static final Set<SessionState> BEFORE_PERMITS =
      EnumSet.of(PACED, HELD, DIVERTING, WAITING);

  /** True if a session may go from this state to that. */
  public boolean mayBecome(SessionState next) {
    return switch (this) {
      case ACCEPTED ->
          next == HEADER || next == CONNECTING || next == ENDED || BEFORE_PERMITS.contains(next);
      case HEADER, PACED, HELD, DIVERTING, WAITING ->
          next == CONNECTING || next == ENDED || BEFORE_PERMITS.contains(next);
      case CONNECTING -> next == RELAYING || next == DIVERTING || next == ENDED;
      case RELAYING -> next == ENDED;
      case ENDED -> false;
    };
  }

  /** True if the session waits for its turn, and what it waits for may come too late. */
  public boolean waits() {
    return BEFORE_PERMITS.contains(this);
  }
}
