package dev.holdfast.ledger;

import dev.holdfast.store.Step;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.Scope;
import org.jspecify.annotations.Nullable;

/**
 * A node says what it may hold and what it wants to hold, in all. It carries everything, so any
 * owner can rebuild the row from requests alone; running it twice or late changes nothing.
 *
 * @param scope key of the row
 * @param node the process that asks
 * @param term the one that it has promised
 * @param sequence greater than that of every earlier request of this process and scope
 * @param granted what it may hold; its report in a new term
 * @param want what it wants to hold
 * @param limit permits of the scope, by its configuration
 * @param limitRevision revision of that configuration
 * @param voters who counts, as the node knows it
 */
record LedgerRequest(
    Scope scope,
    NodeId node,
    Term term,
    long sequence,
    int granted,
    int want,
    int limit,
    long limitRevision,
    Voters voters)
    implements Step<LedgerRow, LedgerAnswer> {
  @Override
  public Outcome<LedgerRow, LedgerAnswer> apply(@Nullable LedgerRow row, Owner owner) {
    LedgerDraft draft =
        new LedgerDraft(scope, row, owner.memory(LedgerMemory.class, LedgerMemory::new));
    draft.believe(term); //                                             lines 1 to 4
    draft.limit(limit, limitRevision); //                               line 5
    draft.proofs(voters);
    return draft.outcome(answer(draft)); //                             line 19
  }

  private @Nullable LedgerAnswer answer(LedgerDraft draft) {
    if (draft.isGone(node) || draft.hasNewer(node)) { //                lines 6, 8
      return null;
    }
    if (draft.hasOlderUnproven(node)) { //                              line 9: no proof, no answer
      return null;
    }
    if (!draft.rules(term)) { //                                        line 10, R-term
      return LedgerAnswer.otherTerm(draft.term(), this);
    }
    if (draft.isLate(this)) { //                                        line 11, R-sequence
      return null;
    }
    if (draft.ranBefore(this)) { //                                     line 12
      return draft.answer(this);
    }
    if (!draft.report(this)) { //                                       line 13
      return null;
    }
    draft.lend(this); //                                                lines 14 to 18
    return draft.answer(this); //                                       line 20
  }
}
