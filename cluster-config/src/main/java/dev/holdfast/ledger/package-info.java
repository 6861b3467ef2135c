/**
 * The ledger of permits: how many sessions a scope holds over all nodes, decided in one row and
 * admitted without asking it.
 *
 * <p>Start at {@link dev.holdfast.ledger.Admission}, what the data path sees, and at {@code
 * LedgerRequest}, the twenty lines that an owner of a row runs; {@code LedgerDraft} holds a method
 * for each idea of them. {@code ScopeLedger} is a node's side of one scope, {@code Standing} its
 * place among the others, {@code WaitingLine} its waiting clients; {@link
 * dev.holdfast.ledger.Ledger} drives them over the store.
 *
 * <p>The room ends no session, opens no socket and asks no clock of its own. Event loops touch only
 * {@link dev.holdfast.ledger.Permits} and the counters of who stands in line; all else belongs to
 * the control loop.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>A node that got a part of what it wanted goes to the end of the owner's line; staying at
 *       its head, a node with many waiting clients would keep the others waiting.
 *   <li>Hints are rows of a table of their own, written when somebody waits, when permits are back
 *       or when a term needs reports. Hints from every change of a row cost three questions for
 *       each block that a node asks for, in a cluster where nobody waits.
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
 */
package dev.holdfast.ledger;
