package dev.holdfast.chronicle;

import dev.holdfast.store.Step;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes what the book lacks. Run twice it does no harm: the second time nothing is lacking.
 *
 * @param facts that are so now
 * @param atMs when the proposer looked
 * @param gone subjects that are no more
 * @param known the proposer's book, written again where there is no row
 */
record ChronicleStep(List<Fact> facts, long atMs, List<String> gone, Book known)
    implements Step<Book, Book> {
  @Override
  public Outcome<Book, Book> apply(@Nullable Book row, Owner owner) {
    Book before = row == null ? known : row;
    Book after = before.with(facts, atMs, gone);
    return after.equals(row) ? Outcome.keep(after) : Outcome.write(after, after);
  }
}
