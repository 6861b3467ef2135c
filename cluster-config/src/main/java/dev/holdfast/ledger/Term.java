package dev.holdfast.ledger;

import java.util.Comparator;

/**
 * In a term nothing is lent until everybody who may hold permits has said in that term what it
 * holds, or is proven gone.
 *
 * @param number greater than that of every term its opener has heard of
 * @param random drawn once by the opener, so that two owners never open the same term
 */
record Term(long number, long random) implements Comparable<Term> {
  /** Before all terms. */
  static final Term NONE = new Term(0, 0);

  private static final Comparator<Term> ORDER =
      Comparator.comparingLong(Term::number).thenComparingLong(Term::random);

  @Override
  public int compareTo(Term other) {
    return ORDER.compare(this, other);
  }

  boolean after(Term other) {
    return compareTo(other) > 0;
  }

  static Term later(Term one, Term other) {
    return one.after(other) ? one : other;
  }
}
