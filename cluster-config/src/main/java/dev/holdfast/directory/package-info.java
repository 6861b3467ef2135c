/**
 * What the nodes say of themselves, and what the operators want of them.
 *
 * <p>Start at {@link dev.holdfast.directory.Directory}, which writes this node's row each second,
 * reads all others and makes a {@link dev.holdfast.directory.ClusterView}: the source of every
 * answer of the admin API. {@link dev.holdfast.directory.IntentDesk} keeps the {@link
 * dev.holdfast.directory.Intent} (shared configuration, admin states and operators' pins under one
 * revision) in one row that is changed by compare-and-set; {@code Proposals} has a whole
 * configuration tried by every node before; {@link dev.holdfast.directory.Revisions} keeps the last
 * ten. {@code PoolHealth} turns the nodes' votes into the {@link
 * dev.holdfast.directory.PoolVerdict} that the leader of the epochs works from. Nothing here routes
 * or admits.
 *
 * <p>Decisions (2026-11-21): an intent carries the lineage of its history, so a node that was alone
 * under the same cluster name cannot overrule those who run, while after a full stop the latest
 * revision of one history wins whoever starts first (rejected: the highest revision alone). The
 * oldest member writes the first row, so nodes that start together take one file's word. Every node
 * judges health from the same rows, so a new leader already knows how long a server has been up.
 *
 * <p>Decisions (2026-11-27), on health: a server that is new, or back from MAINT, takes nobody
 * before it was checked and is not counted for the panic (rejected: UP at once, as HAProxy's, which
 * sends clients to a server that an operator has mistyped). In a panic nobody is put DOWN, and who
 * is UP again returns. Health belongs to nobody: every node makes it of the rows, once a second, so
 * there is nothing to write twice, a node that dies takes its votes with its row, one that slept
 * has old rows and no new verdict, and the smaller side of a split may judge but not change a
 * table.
 *
 * <p>Decisions (2026-11-27), on the trial of a configuration:
 *
 * <ul>
 *   <li>Who writes: the row of the intent (intent, and beside it the proposal under trial) by
 *       compare-and-set of whoever proposes, commits or withdraws; {@code verdicts/NODE} by that
 *       node alone; {@code revisions/N} by whoever knows revision N, always the same value.
 *   <li>Twice or late: a proposal names the revision that it follows, a commit also the proposal; a
 *       second commit finds its own result. A proposal that is written late, after it was
 *       withdrawn, stands there until its maker reads it or a node has waited 12 s.
 *   <li>The one who proposes dies: before the commit every node that has waited 12 s (or sees proof
 *       that the process is gone) withdraws, and lets go what it held when it <em>reads</em> that
 *       the proposal is out; never by the timer alone. So whatever the order, nothing is committed
 *       that a node has let go. After the commit the row says so, and nobody needs the one who
 *       proposed.
 *   <li>It sleeps 30 s with the commit under way: that finds the proposal withdrawn, and fails.
 *   <li>A node dies: it is not waited for once it is not heard or proven gone. It is silent: after
 *       5 s the change is refused and names it. It joins: whoever has a row of status when the rows
 *       are read last is counted; one that joins after the commit takes the new configuration at
 *       its start, and ends with one line if it cannot.
 *   <li>The cluster splits: the smaller side reads nothing and proposes nothing; what it held it
 *       keeps until it reads again. The larger one does not wait for it. A node that comes back to
 *       a configuration that it cannot follow wholly is not ready, says the older revision, and
 *       tries again every 5 s.
 *   <li>Left over: an owner that dies with a withdrawal that no backup has may show the proposal
 *       again after a node has let go; if it is then committed, that node is as one that came back.
 *   <li>Rejected: a row of its own for the proposal (commit and withdrawal could both hold); a
 *       reservation that ends by a timer; changes of one server by the same way (they need nothing
 *       that a node may lack).
 * </ul>
 */
package dev.holdfast.directory;
