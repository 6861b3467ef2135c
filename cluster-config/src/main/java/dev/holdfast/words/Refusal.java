package dev.holdfast.words;

import java.util.Locale;

/** Why a client was turned away; the label {@code reason} of the metrics and of the access log. */
public enum Refusal {
  /** An access list denies the source. */
  ACL,
  /** The source has as many sessions as it may. */
  SOURCE_LIMIT,
  /** The source opens sessions faster than it may. */
  SOURCE_RATE,
  /** Clients come faster than the listener lets sessions begin, and none may wait. */
  LISTENER_RATE,
  /** Clients come faster than the server lets sessions begin, and none may wait. */
  SERVER_RATE,
  /** This node is full. */
  NODE_LIMIT,
  /** The cluster is full. */
  CLUSTER_LIMIT,
  /** The listener is full. */
  LISTENER_LIMIT,
  /** The pool is full. */
  POOL_LIMIT,
  /** The server is full. */
  SERVER_LIMIT,
  /** The queue is full. */
  QUEUE_FULL,
  /** Waited longer than the queue allows. */
  QUEUE_TIMEOUT,
  /** No server could be had. */
  NO_SERVER,
  /** No local port is left towards the server. */
  NO_PORT,
  /** The PROXY header is missing or wrong. */
  BAD_HEADER,
  /** This node is cut off and the limit is sacred, or its gate is closed. */
  CUT_OFF;

  private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** The word of the contract, as {@code source-limit}. */
  public String label() {
    return label;
  }
}
