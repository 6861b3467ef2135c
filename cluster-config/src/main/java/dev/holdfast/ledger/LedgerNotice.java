package dev.holdfast.ledger;

import dev.holdfast.store.Step;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.Scope;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A node of the side with the majority tells the owner who is gone and who is silent. The answer is
 * nothing. A row that is absent stays so: requests begin rows, and they carry the proofs too.
 *
 * @param scope key of the row
 * @param voters who counts, and who is proven gone
 * @param silent names out of contact, with their newest incarnation: they leave the line
 * @param suspend policy available, after one lease: a term may complete without the silent
 */
record LedgerNotice(Scope scope, Voters voters, Map<NodeName, Long> silent, boolean suspend)
    implements Step<LedgerRow, LedgerAnswer> {
  LedgerNotice {
    silent = Collections.unmodifiableSortedMap(new TreeMap<>(silent));
  }

  @Override
  public Outcome<LedgerRow, LedgerAnswer> apply(@Nullable LedgerRow row, Owner owner) {
    if (row == null) {
      return Outcome.keep(null);
    }
    LedgerDraft draft =
        new LedgerDraft(scope, row, owner.memory(LedgerMemory.class, LedgerMemory::new));
    draft.believe(Term.NONE);
    draft.proofs(voters);
    draft.prune(silent.keySet());
    if (suspend) {
      draft.suspend(silent);
    }
    return draft.outcome(null);
  }
}
