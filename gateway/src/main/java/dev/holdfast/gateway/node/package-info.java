/**
 * One node: its parts made, joined and ended in order. The top floor below the program's entry: it
 * wires and translates, and knows nothing of sessions.
 *
 * <p>Start at {@link dev.holdfast.gateway.node.Node}. The order of the start is the order of trust:
 * the state folder (who am I), the watch (who is there), the store, the intent, the ledger and the
 * epochs, the data path, the admin API. The end is the same backwards, after the last session.
 *
 * <p>Decisions. 2026-11-21: listeners are bound before the node is ready, so that a port in use
 * ends the start; who connects in between is refused as {@code cut-off}. 2026-11-21: the number of
 * event loops is the number of processors, not twice that: the control plane has threads of its
 * own.
 */
package dev.holdfast.gateway.node;
