package dev.holdfast.loadtest.measure;

/** The things that are counted. */
public enum Count {
  /** Sessions begun. */
  STARTED,
  /** Sessions that were connected and greeted. */
  OPENED,
  /** Sessions that ended as it was meant. */
  ENDED,
  /** Sessions closed or reset before they were greeted: a limit, or no server. */
  REFUSED,
  /** Connections that were not accepted at all. */
  UNREACHABLE,
  /** Established sessions that the other side ended, unasked, in order. */
  LOST_BY_FIN,
  /** Established sessions that the other side broke off. */
  LOST_BY_RESET,
  /** Sessions that were lost in a storm and are back. */
  RETURNED,
  /** Exchanges that came back whole. */
  ECHOES,
  /** Bytes sent. */
  BYTES_SENT,
  /** Bytes received. */
  BYTES_RECEIVED,
  /** Sessions that received a byte that nobody sent to them, or one too few. */
  WRONG_BYTES,
  /** Sessions that reached another server than their source did before. */
  UNSTICKY,
  /** Sessions that this machine could not begin: no descriptor, port or address. */
  OWN_FAULTS
}
