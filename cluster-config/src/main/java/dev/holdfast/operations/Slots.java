package dev.holdfast.operations;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** A set of slots as a value; at most 8 KiB as a row. */
public final class Slots {
  /** No slot. */
  public static final Slots NONE = new Slots(new byte[0]);

  private final byte[] bits;

  @JsonCreator
  Slots(byte[] bits) {
    this.bits = bits.clone();
  }

  /** The slots of a set, copied. */
  public static Slots of(BitSet set) {
    return new Slots(set.toByteArray());
  }

  /** As a set of its own. */
  public BitSet set() {
    return BitSet.valueOf(bits);
  }

  /** Those below a slot. */
  Slots below(int slot) {
    BitSet some = set();
    some.clear(slot, Math.max(slot, some.length()));
    return of(some);
  }

  /** How many. */
  int size() {
    return set().cardinality();
  }

  @JsonValue
  byte[] bits() {
    return bits.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Slots slots && Arrays.equals(bits, slots.bits);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bits);
  }

  @Override
  public String toString() {
    return set().cardinality() + " slots";
  }
}
