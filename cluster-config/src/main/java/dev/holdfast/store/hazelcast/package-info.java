/**
 * The store on Hazelcast, and the only room that knows Hazelcast.
 *
 * <p>Start reading at {@link dev.holdfast.store.hazelcast.StoreMember}, which starts the member of
 * this process (and says in one line why it cannot), then {@link
 * dev.holdfast.store.hazelcast.HazelcastStore}, the tables and steps on it; {@link
 * dev.holdfast.store.hazelcast.ClusteredVertx} puts a clustered Vert.x on the same member.
 *
 * <p>What it may not do: decide anything about epochs, permits or nodes; block a caller; let Java
 * serialization carry anything of ours.
 *
 * <p>Decisions (2026-11-21):
 *
 * <ul>
 *   <li>The configuration is built in code; no file, no class path and no environment is asked.
 *   <li>The joiner is Hazelcast's own with four changes ({@code WatchedJoiner}), put in through its
 *       node context: another cluster's name at a join address ends the start (Hazelcast would
 *       start alone), a node that does not list itself never starts alone, names are resolved again
 *       at each search, and the search of a start is our own. Rejected: to ask afterwards, because
 *       the joiner forgets whom it refused and the node would have been a cluster of its own for a
 *       moment.
 *   <li>Members that start together: each asks those in its list who rules, and while nobody does
 *       it claims to be the first once all of them have refused a connection or are connected; all
 *       connected must agree, and who claims itself does not. Hazelcast waits two seconds before
 *       the first claim and lets only the one with the lowest hash of its address claim, even one
 *       that may not be the first; then the others wait for ten. Three at once need half a second
 *       now instead of four. One that does not list itself claims after four seconds, if its whole
 *       list agrees, so that two that list each other meet.
 *   <li>Steps travel as a registered name and CBOR, answers and failures as bytes, so the filter of
 *       Java serialization needs to admit only the exceptions that Hazelcast itself answers with.
 *   <li>Backups write the row that the owner produced.
 *   <li>Callbacks hop straight to the control loop; Hazelcast would else start a thread for each on
 *       a machine of two cores.
 *   <li>A connection that waits for the other side's greeting rests ({@code PatientChannels});
 *       Hazelcast turns in circles on it, for which one stopped process is enough. A claim to be
 *       the oldest is repeated for four seconds, since the others find out later, by as much as a
 *       period of the heartbeats. Rejected: to align the suspicions by our own watch.
 *   <li>After a merge the smaller side's rows are discarded; nodes write theirs again.
 * </ul>
 */
package dev.holdfast.store.hazelcast;
