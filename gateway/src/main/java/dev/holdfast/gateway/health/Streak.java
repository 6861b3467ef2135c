package dev.holdfast.gateway.health;

import dev.holdfast.words.Health;
import org.jspecify.annotations.Nullable;

/**
 * Results in a row, pure. Unknown until the first result, which decides at once; then {@code rise}
 * good ones in a row make UP, {@code fall} bad ones DOWN.
 *
 * @param health null before the first result
 * @param against results in a row that contradict it
 */
record Streak(@Nullable Health health, int against) {
  /** Nothing was measured yet. */
  static final Streak UNKNOWN = new Streak(null, 0);

  Streak after(boolean good, int rise, int fall) {
    Health says = good ? Health.UP : Health.DOWN;
    if (health == null) {
      return new Streak(says, 0);
    }
    if (says == health) {
      return against == 0 ? this : new Streak(health, 0);
    }
    int needed = good ? rise : fall;
    return against + 1 >= needed ? new Streak(says, 0) : new Streak(health, against + 1);
  }
}
