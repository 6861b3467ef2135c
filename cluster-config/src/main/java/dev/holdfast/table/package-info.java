/**
 * The slot table, pure: from a source to its slot, from a slot to its server, and from one table to
 * the next with exact shares and minimal moves (I4).
 *
 * <p>Start at {@link dev.holdfast.table.TablePlan}, which says how a change of health differs from
 * a change of configuration; {@code Moves} is the plan itself. {@link
 * dev.holdfast.table.SecondChoices} answers where a source goes before the table says so. No input
 * or output, no clock, no randomness, no floating point: every node computes the same.
 *
 * <p>Decisions (2026-11-21):
 *
 * <ul>
 *   <li>Shares are exact ones rounded up or down. In the first table the largest remainders are
 *       rounded up. In the next one that would move slots for the rounding alone (with 1000 servers
 *       of mixed weights some hundred for one changed weight), so whoever already has more keeps
 *       it: from a table that is at home no exact shares can be reached with fewer moves. A server
 *       that comes back gets the rounding it had.
 *   <li>Homes are a table of their own, planned like the slots are, over all configured servers:
 *       health moves slots away from home, configuration moves homes. So a server that was DOWN
 *       while others were added finds the place it should have. Rejected: homes that simply become
 *       the present servers, which forgets who is DOWN.
 *   <li>Minimal moves win over homes. One server DOWN and UP gives the same table again, always;
 *       two, in any order, with up to 32 servers of equal weight (tested). Beyond that roundings
 *       may leave slots exchanged between servers: 0 to 0.4 % of the slots after three servers were
 *       away at once, in pools up to 300. They go home with a later change that moves them anyway.
 *       Rejected: to move more slots than needed.
 *   <li>The first table is Maglev's (NSDI 2016) with turns by weight, so that also clusters that
 *       lost their store and one server keep most sources. Rejected: rendezvous with capacities,
 *       65,536 x servers logarithms.
 *   <li>The order behind the second choice is what the table will say when the second is DOWN as
 *       well, not a rendezvous order: it tells what would happen.
 * </ul>
 *
 * <p>Figures, microseconds for 65,536 slots with servers of mixed weights, {@code TableBenchmark}
 * (2 processors shared with other work, JDK 17.0.15, JMH 1.37; first calls: {@code -bm ss -wi 0}):
 *
 * <pre>
 * servers                        3     10    100   1000
 * first table                1,104  1,427  1,699  2,171
 * a server DOWN              1,977    989    690  1,632
 * the server back              618    666    735  1,571
 * a server added             2,009  1,713  1,640  2,299
 * a weight changed           1,876  1,851  1,908  3,993
 * hash and lookup (ns)           4      4      4      4
 * the first call of a JVM:
 * a server DOWN              5,319                6,320
 * a server added             7,346               12,532
 * </pre>
 *
 * <pre>{@code
 * cd cluster-config
 * mvn -q test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
 * java -cp target/test-classes:target/classes:$(cat target/classpath) \
 *     dev.holdfast.table.TableBenchmark
 * }</pre>
 */
package dev.holdfast.table;
