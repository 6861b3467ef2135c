package dev.holdfast.admin;

import org.jspecify.annotations.Nullable;

/** What a node says to those who route clients to it. Any thread; answers at once. */
public interface Signals {
  /** Takes new sessions: DNS and load balancers follow this. */
  Signal ready();

  /** Carries sessions or takes new ones: an anycast announcement follows this. */
  Signal route();

  /**
   * One signal.
   *
   * @param good answered with 200, else 503
   * @param state of the node, as {@code READY}
   * @param reason one clause that says why not, null if good
   */
  record Signal(boolean good, String state, @Nullable String reason) {}
}
