package dev.holdfast.ledger;

import dev.holdfast.store.Table;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.Scope;

/**
 * A hint that all nodes hear: somebody waits for permits of a scope, permits are back, or a term
 * waits for reports. Nobody reads the row; that it changed is the message. A lost call is made
 * again a second later, for as long as its cause lasts.
 *
 * @param number +1 at each call of this process
 */
record LedgerCall(long number) {
  /** The calls, by scope and caller. */
  static final Table<LedgerCall> TABLE = new Table<>("ledger-calls", LedgerCall.class);

  static String key(Scope scope, NodeName caller) {
    return scope + "@" + caller;
  }

  static boolean isOf(String key, NodeName caller) {
    return key.endsWith("@" + caller);
  }

  static Scope scope(String key) {
    return new Scope(key.substring(0, key.lastIndexOf('@')));
  }
}
