/**
 * The store of the control plane: {@link dev.holdfast.store.Store}, its tables and steps. The room
 * {@code dev.holdfast.store.hazelcast} above it is the only one that imports Hazelcast.
 *
 * <p>Decision (2026-11-28): a table says what it {@linkplain dev.holdfast.store.Table.Tells tells}
 * all nodes when a row changes. Everything that each of n nodes tells each other costs n squared,
 * and 21 idle nodes took 8.5 % of a core each. A status row goes along with its hint, because all
 * want it (rejected: a key, which made each node ask for each row: twice the messages); heartbeats,
 * rows of the ledger and parts of epochs go to nobody. With that, and without decoding what did not
 * change, an idle node of 21 takes 5.1 % of a core.
 */
package dev.holdfast.store;
