/**
 * Epochs: one answer for a source on all nodes, while tables change, servers go and come back, and
 * nodes join, fall silent and crash. The rules, each with the counterexample that it prevents, are
 * those of {@code EPOCHS.md}; numbers in comments are theirs.
 *
 * <p>Start at {@link dev.holdfast.epoch.LoopRoutes}, what the data path asks, and {@link
 * dev.holdfast.epoch.Epochs}, what wires a node. Then {@code Lane} (one pool on one event loop),
 * {@code PoolNode} (reads the record), {@code Hold} (claims, acknowledges), {@code Diversions},
 * {@code PoolLeader} (when a change is due, prepares, counts), {@code Decision} (pins, commit),
 * {@code Presence} (row, heartbeat, gate), {@code Census} (the rows of all, LOST), {@code
 * Leftovers} (what dead leaders leave), and the steps at the owners of keys: {@link
 * dev.holdfast.epoch.Advance}, {@link dev.holdfast.epoch.Beat}, {@link dev.holdfast.epoch.Lose},
 * {@link dev.holdfast.epoch.Divert}, {@link dev.holdfast.epoch.DropIfDead}.
 *
 * <p>What it may not do: call the store for a session whose answer is known; end a session; end a
 * hold by a timer; decide whether a server is UP, in panic or in hold-down (who makes the {@link
 * dev.holdfast.epoch.Wish} does).
 *
 * <p>Decisions (2026-11-21):
 *
 * <ul>
 *   <li>T_self is 0.8 of the cluster's lease and T_lost 1.2 of it (8 s and 12 s), not 4 s and 6 s:
 *       writes to the store may stall while one of its members is being detected as gone, and a
 *       stall must not close the gates of those that live.
 *   <li>An epoch is stored as one value cut into pieces of at most 250 KiB, under a token drawn by
 *       its writer: two leaders that decide one change cannot mix their pieces.
 *   <li>A compare-and-set that finds its own result answers "not written": another node may have
 *       written the same without its backups having it, so the phase is written once more (11).
 *   <li>The record carries the touched slots and the servers that serve after the change (8 KiB at
 *       most), so a node takes its hold with one read; the proposal is a value of its own.
 *   <li>Records are read one at a time, from the owner, and followed to the end before the next; so
 *       no version has to be compared (14). Rejected: records carried by events.
 *   <li>A node remembers every server on which it saw a source within the ttl, not only the last: a
 *       stray that ends must not hide where the source belongs. 65,536 per loop and pool, the
 *       oldest leaves first.
 *   <li>Any node whose hold exceeds its bound ends the change: back if it was undecided, forward if
 *       it was. Correctness needs no single leader.
 *   <li>A record that fell back behind an epoch in use is brought forward by the leader to the
 *       highest base that a row names (29); until then nodes route on by what they have.
 *   <li>Under {@code available} a node that has lost its lease and the majority drops its holds and
 *       routes by its last epoch, or by the first table if it has none; it comes back as another
 *       stay. Diversions it makes meanwhile are its own.
 *   <li>A node believes the store only if it hears a majority of the roster and the store's own
 *       members are one: the store can split while all nodes hear each other. A node in a smaller
 *       part routes nobody until the parts have merged, under both policies; it is not cut off, and
 *       the others carry its sources.
 *   <li>A diversion that was known before all were read, and that the owners do not have, is
 *       forgotten: it was lost, or decided in a part that was discarded at a merge. All are read
 *       every 10 s and when members change.
 *   <li>Pieces of epochs and claims that nobody names are removed by the leader every sweep period.
 *       A piece of a later epoch goes only after the record was written between two sightings: the
 *       compare-and-set of a slow leader that would name it fails then.
 *   <li>A rebalance may give slots back to the table (a wish names them, the epoch carries them).
 *       The change that gives a slot back counts in it only claims at the server that the table of
 *       before says; later ones keep the present answer; nobody is remembered there at a server
 *       that is not the answer; and the change that ends it touches the slot, so that what still
 *       lives elsewhere is pinned again. As with an operator's pin all nodes switch at one commit
 *       and older sessions are strays. {@code RandomScheduleTest} gives slots back at random;
 *       forgetting sources also where a pin names the server was found to break one answer for
 *       those within the ttl.
 *   <li>Not built: the option {@code strict} for diversions (20). The configuration has no key for
 *       it, so no pool could ask for it; the window stays that of case 20, until the others have
 *       heard.
 * </ul>
 *
 * <p>An answer of {@link dev.holdfast.epoch.LoopRoutes#answer} on the common path takes 36 ns, the
 * reading of the clock included, and allocates nothing (0.001 B, of the measuring); 40 ns with
 * 1,000 pins of neighbouring sources, 482 ns when these were in a {@code Map.copyOf}. {@code
 * RoutesBenchmark}, 2 processors shared with other work, JDK 17.0.15, JMH 1.37.
 *
 * <pre>{@code
 * cd cluster-config
 * mvn -q test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
 * java -cp target/test-classes:target/classes:$(cat target/classpath) \
 *     dev.holdfast.epoch.RoutesBenchmark
 * }</pre>
 */
package dev.holdfast.epoch;
