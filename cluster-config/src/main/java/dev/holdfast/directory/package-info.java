/**
 * What the nodes say of themselves, and what the operators want of them.
 *
 * <p>Start at {@link dev.holdfast.directory.Directory}, which writes this node's row each second,
 * reads all others and makes a {@link dev.holdfast.directory.ClusterView}: the source of every
 * answer of the admin API. {@link dev.holdfast.directory.IntentDesk} keeps the {@link
 * dev.holdfast.directory.Intent} (shared configuration and admin states under one revision) in one
 * row that is changed by compare-and-set. {@code PoolHealth} turns the nodes' votes into the {@link
 * dev.holdfast.directory.PoolVerdict} that the leader of the epochs works from. Nothing here routes
 * or admits.
 *
 * <p>Decisions (2026-11-21): an intent carries the lineage of its history, so a node that was alone
 * under the same cluster name cannot overrule those who run, while after a full stop the latest
 * revision of one history wins whoever starts first (rejected: the highest revision alone). The
 * oldest member writes the first row, so nodes that start together take one file's word. Every node
 * judges health from the same rows, so a new leader already knows how long a server has been up.
 */
package dev.holdfast.directory;
