/**
 * Operations: drains and rebalances of live sessions, ordered by operators, led by the leader of
 * the moment, carried out by every node.
 *
 * <p>Start at {@link dev.holdfast.operations.Operations}, the door. {@link
 * dev.holdfast.operations.Operation} is one of them as a value, {@link
 * dev.holdfast.operations.OperationState} its legal moves, {@link dev.holdfast.operations.Board}
 * the one row that holds all that are under way. {@code OperationLeader} writes the board on once a
 * second by the {@code Course} of each (pure: {@code ServerDrain}, {@code NodeDrain}, {@code
 * ServerRebalance}, {@code NodeRebalance}); {@code OperationNode} with a {@code Field} for each
 * does this node's part through {@link dev.holdfast.operations.Sessions} and {@link
 * dev.holdfast.operations.Doors}, which the data path implements. {@code Surveys} asks all nodes
 * for their sessions by slot; {@code ServerPlans} and {@code NodePlans} make plans of the answers;
 * {@link dev.holdfast.operations.Allotment} divides what is to end, the most idle first.
 *
 * <p>The room ends no session itself, moves no slot and opens no socket: admin states go through
 * the intent, slots that are given back to the table through the wish of the epochs.
 *
 * <table>
 * <caption>Shared state</caption>
 * <tr><th>what</th><th>who writes</th><th>twice</th><th>its writer dies</th><th>a node sleeps 30 s
 * </th><th>the cluster splits</th></tr>
 * <tr><td>the board (one row): operations under way, nodes that drain, next number</td><td>whoever
 * orders, pauses, cancels, and the leader once a second; always compare-and-set on the
 * version</td><td>the second finds what the first wrote; an order carries a token and is found
 * again</td><td>the next leader reads it and goes on, one second later at the earliest; seconds
 * without a leader are not made up for</td><td>a leader that wakes has an old version and writes
 * nothing</td><td>only the side with the majority reads, writes and ends; the other ends
 * nothing</td></tr>
 * <tr><td>released, in the board: per process, absolute</td><td>the leader</td><td>a process takes
 * the difference to what it has seen</td><td>what was released is used within its second or
 * lapses</td><td>it lapses: no burst on waking; and nothing more is released to who is
 * silent</td><td>lapses</td></tr>
 * <tr><td>progress (a row for each process and operation)</td><td>that process, each
 * second</td><td>absolute, by sequence</td><td>proven gone: its sessions ended with it, what it had
 * closed stays counted; not proven: the operation waits for it and says so</td><td>its last word
 * counts until it speaks again</td><td>as for sleep</td></tr>
 * <tr><td>history (a row for each that is over)</td><td>the leader, before it takes it off the
 * board</td><td>the same bytes</td><td>the next one does it again</td><td>-</td><td>-</td></tr>
 * <tr><td>questions and answers of a survey</td><td>who asks; each process its own
 * answer</td><td>the same answer</td><td>whoever answered removes both, a minute later</td><td>the
 * survey fails and names it</td><td>fails</td></tr>
 * <tr><td>board and history on disk</td><td>each node for itself</td><td>-</td><td colspan="3">after
 * a full stop the highest version of all disks comes back, until somebody has touched it; what was
 * under way is paused. A board that the store lost while nodes run is written again by
 * them</td></tr>
 * </table>
 *
 * <p>Decisions (2026-11-27):
 *
 * <ul>
 *   <li>All that is under way is one row: contradictions are seen and numbers are given by the one
 *       compare-and-set that also takes the order. Rejected: a row each, with a row of locks
 *       besides. At most some ten operations run at a time.
 *   <li>The figures of an operation are those in the board, written by the leader: every node shows
 *       the same, at most two seconds old.
 *   <li>A release is for one second and lapses. Rejected: a count that may be used at any time; a
 *       node that slept would end all of it at once.
 *   <li>Every node steps with every release, also when it got nothing of it, and the loops of a
 *       node share one cadence: those that fell out of step by half a second would end half a
 *       second's worth more in between. A board that comes late brings up to two seconds at once,
 *       which are spread over two; of more than that one second's worth is used.
 *   <li>A deadline counts the time that the operation ran, added up by leaders: clocks of nodes
 *       need not agree, and a pause does not bring the deadline nearer.
 *   <li>{@code sticky=keep}: sources that the server has (sessions, or seen within the ttl) come
 *       back to it, also those that the drain closed; each session that was there at the beginning
 *       is closed once, those who came back only at the deadline.
 *   <li>Cancelling a drain puts its target back to what it was before. It stays on the board until
 *       that is done. {@code ready} and {@code maintenance} cancel it too.
 *   <li>A rebalance over servers gives slots back to the table by a change of epoch, a few seconds
 *       of its pace at a time, and then closes what is elsewhere: without it pins would lead
 *       clients back to the server that closed them. All nodes switch at that commit, as for an
 *       operator's pin; until its turn comes (seconds) a source's older sessions are strays. When
 *       the operation pauses or ends, the slots are touched again and what is left is pinned.
 *       Rejected: closing first and sweeping pins later; clients come back within milliseconds.
 *   <li>A rebalance gives nobody more than its share, so after adding one server to ten at most an
 *       eleventh of the sessions moves, however the sources fall.
 *   <li>An operation pauses by itself when clients meet more than twice the errors of the minute
 *       before it began, and more than ten within five seconds, and that goes on for three seconds.
 *       A burst, as when a node is killed, is no reason.
 * </ul>
 */
package dev.holdfast.operations;
