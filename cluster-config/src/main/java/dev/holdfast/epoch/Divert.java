package dev.holdfast.epoch;

import dev.holdfast.store.Step;
import dev.holdfast.words.ServerName;
import org.jspecify.annotations.Nullable;

/**
 * Decides a diversion at the owner of the source's key (rule 16). Replaces only the entry that the
 * caller saw, so a second run changes nothing.
 *
 * @param wanted where the caller would send the source
 * @param epoch by which the caller routes
 * @param touched when the slot was touched last, in that epoch
 * @param seen the living entry that the caller knows, or null
 */
public record Divert(ServerName wanted, long epoch, long touched, @Nullable Diversion seen)
    implements Step<Diversion, Diversion> {
  @Override
  public Outcome<Diversion, Diversion> apply(@Nullable Diversion row, Owner owner) {
    if (row != null && row.epoch() > epoch) {
      return Outcome.keep(row); // the caller is behind the entry
    }
    if (row != null && row.alive(touched) && !row.equals(seen)) {
      return Outcome.keep(row); // somebody was earlier: that is the answer
    }
    // after the entry that the caller saw, too: caches have it although its row may be lost
    long sequence = Math.max(sequence(row), sequence(seen)) + 1;
    Diversion next = new Diversion(wanted, epoch, sequence);
    return Outcome.write(next, next);
  }

  private long sequence(@Nullable Diversion entry) {
    return entry != null && entry.epoch() == epoch ? entry.sequence() : 0;
  }
}
