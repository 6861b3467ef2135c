/**
 * The store of the control plane: {@link dev.holdfast.store.Store}, its tables and steps. The room
 * {@code dev.holdfast.store.hazelcast} above it is the only one that imports Hazelcast.
 */
package dev.holdfast.store;
