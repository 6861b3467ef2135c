package dev.holdfast.ledger;

/**
 * What the clients of this node need of a scope now.
 *
 * @param waiting clients that wait for a permit of this scope and have all of the earlier ones
 * @param kept spare permits that waiting clients keep while they wait for a later scope
 * @param pressed clients were refused within the last second
 */
record Need(int waiting, int kept, boolean pressed) {
  static final Need NOTHING = new Need(0, 0, false);

  /** Clients wait for it, or were refused. */
  boolean ofClients() {
    return waiting > 0 || pressed;
  }

  boolean someoneWaits() {
    return waiting > 0 || kept > 0 || pressed;
  }
}
