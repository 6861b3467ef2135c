package dev.holdfast.ledger;

import dev.holdfast.words.Scope;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one process remembers of the ledger, per scope: the row that it wrote last as an owner, and
 * the term that it has promised as a node. Never stored, never replicated, gone with the process.
 * Thread-safe.
 */
final class LedgerMemory {
  /**
   * A row that this process wrote.
   *
   * @param term of the row
   * @param version of the row
   */
  record Written(Term term, long version) {}

  private final LongSupplier random;
  private final Set<Rule> rules;
  private final Map<Scope, Written> written = new ConcurrentHashMap<>();
  private final Map<Scope, Term> promised = new ConcurrentHashMap<>();
  private final AtomicLong spell = new AtomicLong();

  /** With the randomness of the machine, for an owner whose own ledger has not begun yet. */
  LedgerMemory() {
    this(new SecureRandom()::nextLong, Rule.ALL);
  }

  LedgerMemory(LongSupplier random, Set<Rule> rules) {
    this.random = random;
    this.rules = rules;
  }

  boolean has(Rule rule) {
    return rules.contains(rule);
  }

  long random() {
    return random.getAsLong();
  }

  @Nullable Written written(Scope scope) {
    return written.get(scope);
  }

  /** The time since this process was away last; a step that began before that is not believed. */
  long spell() {
    return spell.get();
  }

  void wrote(Scope scope, long inSpell, Written row) {
    written.put(scope, row);
    if (inSpell != spell.get()) {
      written.remove(scope);
    }
  }

  /**
   * R-away: the process was stopped or cut off, and the others may have counted without it: none of
   * the rows that it wrote before is believed any more.
   */
  void away() {
    if (has(Rule.AWAY)) {
      spell.incrementAndGet();
      written.clear();
    }
  }

  Term promised(Scope scope) {
    return promised.getOrDefault(scope, Term.NONE);
  }

  /** A promise is never taken back. */
  void promise(Scope scope, Term term) {
    promised.merge(scope, term, Term::later);
  }
}
