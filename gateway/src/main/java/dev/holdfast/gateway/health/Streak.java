package dev.holdfast.gateway.health;

import dev.holdfast.config.Check.Initial;
import dev.holdfast.words.Health;
import org.jspecify.annotations.Nullable;

/**
 * Results in a row, pure.
 *
 * <pre>
 * unknown   the first result decides; where a server begins DOWN, a good one counts as any other
 * UP        fall bad ones in a row make DOWN
 * DOWN      rise good ones in a row make UP
 * </pre>
 *
 * @param health null before it is decided
 * @param against results in a row that contradict it, or speak for UP while it is unknown
 */
record Streak(@Nullable Health health, int against) {
  /** Nothing was measured yet. */
  static final Streak UNKNOWN = new Streak(null, 0);

  /** DOWN, whatever was before. */
  static final Streak DOWN = new Streak(Health.DOWN, 0);

  Streak after(boolean good, int rise, int fall, Initial initial) {
    Health says = good ? Health.UP : Health.DOWN;
    if (says == health) {
      return against == 0 ? this : new Streak(health, 0);
    }
    boolean first = health == null && (!good || initial != Initial.DOWN);
    int needed = good ? rise : fall;
    return first || against + 1 >= needed ? new Streak(says, 0) : new Streak(health, against + 1);
  }

  /** True if the next results may change it. */
  boolean moving() {
    return against > 0;
  }
}
