package dev.holdfast.epoch;

import dev.holdfast.epoch.EpochRecord.Phase;
import dev.holdfast.store.Step;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Compare-and-set of a record on version, base, phase and change. Run a second time it finds what
 * it wrote and does nothing; it then answers "not written", because another node may have written
 * the same and its backups may not have it yet. The caller reads what it says and goes on from
 * there.
 *
 * @param version expected; 0: there is no record
 * @param base expected, null with version 0
 * @param phase expected, null with version 0
 * @param change expected, null when STABLE
 * @param to the record to write, of the version after
 */
public record Advance(
    long version,
    @Nullable ChangeId base,
    @Nullable Phase phase,
    @Nullable ChangeId change,
    EpochRecord to)
    implements Step<EpochRecord, Advance.Advanced> {
  /**
   * What came of it.
   *
   * @param written this very run wrote the record: when it is answered, the backups have it
   * @param record as it is now, null if there is none
   */
  public record Advanced(boolean written, @Nullable EpochRecord record) {}

  /** From a record that was read to the one after it. */
  static Advance from(@Nullable EpochRecord read, EpochRecord to) {
    return read == null
        ? new Advance(0, null, null, null, to)
        : new Advance(read.version(), read.base().id(), read.phase(), read.change(), to);
  }

  @Override
  public Outcome<EpochRecord, Advanced> apply(@Nullable EpochRecord row, Owner owner) {
    boolean expected =
        row == null
            ? version == 0
            : row.version() == version
                && row.base().id().equals(base)
                && row.phase() == phase
                && Objects.equals(row.change(), change);
    if (expected) {
      return Outcome.write(to, new Advanced(true, to));
    }
    return Outcome.keep(new Advanced(false, row));
  }
}
