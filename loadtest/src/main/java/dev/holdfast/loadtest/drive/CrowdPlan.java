package dev.holdfast.loadtest.drive;

/**
 * What one kind of client does.
 *
 * @param kind which
 * @param sessions at once: kept, or streams; of churn without a rate; with one, the most that may
 *     be under way
 * @param opensPerSecond new sessions; 0: as fast as they end (churn) or at once
 * @param echoesPerSecond of each session; 0: none
 * @param saturate an exchange follows the other without a pause; {@code echoesPerSecond} is not
 *     used
 * @param echoes exchanges of a short session
 * @param size bytes of an exchange
 * @param reconnect sessions that are lost or refused come back
 * @param sink the server takes bytes and answers at the end, instead of sending all back
 */
public record CrowdPlan(
    Kind kind,
    int sessions,
    double opensPerSecond,
    double echoesPerSecond,
    boolean saturate,
    int echoes,
    int size,
    boolean reconnect,
    boolean sink) {
  /** The kinds of clients. */
  public enum Kind {
    /** Opens sessions and keeps them. */
    STEADY,
    /** Opens sessions and ends them after a few exchanges. */
    CHURN,
    /** Sends all it can. */
    BULK
  }

  /** Sessions that stay, each with an exchange now and then. */
  public static CrowdPlan steady(int sessions, double opens, double echoes, int size) {
    return new CrowdPlan(Kind.STEADY, sessions, opens, echoes, false, 0, size, false, false);
  }

  /** Short sessions. */
  public static CrowdPlan churn(int atMost, double opens, int echoes, int size) {
    return new CrowdPlan(Kind.CHURN, atMost, opens, 0, false, echoes, size, false, false);
  }

  /** Streams. */
  public static CrowdPlan bulk(int streams, boolean sink) {
    return new CrowdPlan(Kind.BULK, streams, 0, 0, true, 0, 0, false, sink);
  }

  /** The same, with one exchange after the other. */
  public CrowdPlan saturating() {
    return new CrowdPlan(kind, sessions, opensPerSecond, 0, true, echoes, size, reconnect, sink);
  }

  /** The same, coming back when it is lost. */
  public CrowdPlan reconnecting() {
    return new CrowdPlan(
        kind, sessions, opensPerSecond, echoesPerSecond, saturate, echoes, size, true, sink);
  }

  /** The part of one of several that together do the whole. */
  CrowdPlan part(int index, int of) {
    int mine = sessions / of + (index < sessions % of ? 1 : 0);
    return new CrowdPlan(
        kind, mine, opensPerSecond / of, echoesPerSecond, saturate, echoes, size, reconnect, sink);
  }
}
