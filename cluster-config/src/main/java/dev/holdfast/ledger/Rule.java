package dev.holdfast.ledger;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The rules of the ledger that can be switched off, so that the tests can show what each of them
 * prevents. Production code runs with {@link #ALL}.
 */
enum Rule {
  /** An owner ignores a sequence that is not newer than the stored one. */
  SEQUENCE,
  /** A node takes over only the answer to its latest request. */
  LATEST,
  /** A node lowers what it uses before it sends the return. */
  LOWER_FIRST,
  /** An owner believes only a row that this very process wrote last. */
  LINEAGE,
  /** Requests and answers name the term; a node has promised one term at a time. */
  TERM,
  /** An owner opens a new term when it has itself promised a later one than the row's. */
  OWN_PROMISE,
  /** Until all have reported or are proven gone, everything not reported is reserved. */
  RESERVE,
  /** Permits of a node proven gone are freed by counting again, not by deleting its entry. */
  RECOUNT,
  /** A term is complete only with reports from a majority. */
  MAJORITY,
  /** Who wants more stands in line, and only the first of the line may take. */
  LINE,
  /** Unused permits go back while others wait. */
  RETURN,
  /** Above its share a node returns a freed permit although its own client waits. */
  SHARE,
  /** While grants exceed the limit a node keeps only what is in use. */
  SHRINK,
  /** A waiting node keeps a permit that others wait for only if it has all earlier scopes. */
  ORDER,
  /** A node that is back lowers its grant to what it holds and reports before it admits. */
  REPORT_FIRST,
  /** An owner that was stopped or cut off believes no row that it wrote before. */
  AWAY,
  /** Under policy available an incomplete term in which a minority has reported lends nothing. */
  FEW;

  static final Set<Rule> ALL = Collections.unmodifiableSet(EnumSet.allOf(Rule.class));
}
