package dev.holdfast.epoch;

import dev.holdfast.store.Step;
import org.jspecify.annotations.Nullable;

/**
 * Removes a diversion that its slot's last touch has ended.
 *
 * @param touched epoch that touched the slot
 */
public record DropIfDead(long touched) implements Step<Diversion, Diversion> {
  @Override
  public Outcome<Diversion, Diversion> apply(@Nullable Diversion row, Owner owner) {
    return row != null && !row.alive(touched) ? Outcome.remove(null) : Outcome.keep(row);
  }
}
