/**
 * The ledger of permits: how many sessions a scope holds over all nodes, decided in one row and
 * admitted without asking it.
 *
 * <p>Start at {@link dev.holdfast.ledger.Admission}, what the data path sees, and at {@code
 * LedgerRequest}, the twenty lines that an owner of a row runs; {@code LedgerDraft} holds a method
 * for each idea of them, {@code Census} says when a term is complete. {@code ScopeLedger} is a
 * node's side of one scope, {@code Standing} its place among the others, {@code WaitingLine} its
 * waiting clients; {@link dev.holdfast.ledger.Ledger} drives them over the store.
 *
 * <p>The room ends no session, opens no socket and asks no clock of its own. Event loops touch only
 * {@code LocalAdmission} with its {@link dev.holdfast.ledger.Permits} and the counters of who
 * stands in line; all else belongs to the control loop.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>A node that got a part of what it wanted goes to the end of the owner's line; staying at
 *       its head, a node with many waiting clients would keep the others waiting.
 *   <li>Hints are rows of a table of their own, written when somebody waits, when permits are back
 *       or when a term needs reports. Hints from every change of a row cost three questions for
 *       each block that a node asks for, in a cluster where nobody waits.
 *   <li>The first of all nodes to wait calls at once, and who learns of it gives back without a
 *       pause: two nested scopes of one permit then need 0.1 s from one session to the next, with
 *       calls once a second 0.5 s.
 *   <li>The reconcile of each second asks only where something is unsettled; each half minute it
 *       asks anyway. A question each second would cost more than all blocks together.
 *   <li>Proofs travel with every request, so they survive a lost row.
 *   <li>A new process of a name gets nothing until the one before is proven gone, also over a new
 *       term: {@code owed} remembers it. Two entries for one name were rejected.
 *   <li>Names that left the roster with proof do not count among the expected: else nobody could
 *       lend after {@code node forget}.
 *   <li>Where a limit goes, its row goes. Where one comes while sessions live, the nodes that hold
 *       some name a later term, so that all are counted.
 *   <li>A silent node is suspended (policy available) only four seconds after it was dropped from
 *       contact: who was killed is proven gone before, and the settling time is kept.
 * </ul>
 *
 * <p><b>A split store</b> (2026-11-27). Under policy available a term completes without a node that
 * is silent. Such a node may come back and hear everybody while the store is still split: the row
 * of its own part then names free permits that the other part has lent. Why nobody admits above the
 * limit there: let a term be complete in part B, and let part A have a complete row of an earlier
 * term. A majority has reported in B's term and asks by no earlier one (R-term), so only the others
 * may be served by A's row. Its owner is one of these, since an owner that reported in B opens a
 * term (R-own-promise), and B counted it as suspended. So the others had not heard it for a lease
 * and a proof's time. Then either it was stopped or saw no majority, and when that ends it believes
 * none of its rows (R-away): its next row is incomplete, and while a minority has reported there
 * nothing is lent and nobody is heard by it (R-few), so that its nodes keep only what they hold and
 * lose what ends. Or it heard a majority all the while, and only who spoke for the others did not
 * hear it: its part of the store has no majority, so nobody asks it or believes its answers
 * (R-part); the store sees that its members are gone in half a lease, before anybody is suspended.
 * Between two parts that both have no majority nothing moves at all. {@code LedgerSplitTest} has a
 * test for each of the three rules, {@code LedgerWalkTest} splits stores at random.
 *
 * <p>{@code LedgerSearchTest} tries everything that can happen in small worlds with these very
 * steps and nodes. A build searches four worlds to the end and begins ten larger ones; all are
 * searched to the end by
 *
 * <pre>
 * mvn test -pl cluster-config -Dtest=LedgerSearchTest \
 *     -Dholdfast.search.states=60000000 -Dholdfast.jvm=-Xmx10g
 * </pre>
 *
 * <p>Seen on two cores of 2026 that others used as well, no state breaking the limit or leaking:
 *
 * <table>
 *   <caption>All states of each world</caption>
 *   <tr><th>nodes, limit</th><th>faults</th><th>states</th><th>s</th></tr>
 *   <tr><td>2, 1</td><td>none; 2 in flight, run twice, late anywhere</td><td>48,032</td><td>1</td></tr>
 *   <tr><td>2, 2</td><td>none; 2 in flight, late anywhere</td><td>105,607</td><td>1</td></tr>
 *   <tr><td>2, 4</td><td>none; 2 in flight, late anywhere</td><td>2,069,110</td><td>23</td></tr>
 *   <tr><td>2, 1</td><td>1 of all; run twice, late anywhere</td><td>224,250</td><td>4</td></tr>
 *   <tr><td>2, 1</td><td>2 of all; late anywhere</td><td>934,557</td><td>8</td></tr>
 *   <tr><td>2, 2</td><td>1 of all; late anywhere</td><td>171,640</td><td>1</td></tr>
 *   <tr><td>2, 4</td><td>1 of all; late anywhere</td><td>1,467,996</td><td>8</td></tr>
 *   <tr><td>3, 1</td><td>1 cut</td><td>59,507</td><td>1</td></tr>
 *   <tr><td>3, 1</td><td>1 of crash, stop, loss, lag</td><td>142,776</td><td>1</td></tr>
 *   <tr><td>3, 1</td><td>2 of all</td><td>22,527,259</td><td>291</td></tr>
 *   <tr><td>3, 2</td><td>1 of all</td><td>1,346,061</td><td>20</td></tr>
 *   <tr><td>3, 4</td><td>1 of crash, loss</td><td>4,181,858</td><td>71</td></tr>
 *   <tr><td>3, 1</td><td>1 crash, from the scene of R-recount</td><td>838,532</td><td>8</td></tr>
 *   <tr><td>2, 1</td><td>1 crash, from the scene of R-own-promise</td><td>9,422</td><td>1</td></tr>
 * </table>
 *
 * <p>{@code LedgerWalkTest} goes further at random ({@code -Dholdfast.seed}, {@code
 * -Dholdfast.walks}): without R-sequence, R-latest, R-lower-first, R-lineage, R-term, R-reserve,
 * R-away or R-few it fails; R-recount, R-own-promise and R-shrink need the directed tests.
 */
package dev.holdfast.ledger;
