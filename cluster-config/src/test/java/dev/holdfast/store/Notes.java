package dev.holdfast.store;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.holdfast.store.Table.Tells;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The rows and steps that the contract suite plays with. */
public final class Notes {
  private Notes() {}

  /** A row. */
  public record Note(String text, int number) {}

  /** The same row as a later version writes it. */
  public record LaterNote(String text, int number, List<String> tags) {}

  public static final Table<Note> NOTES = new Table<>("notes", Note.class);
  public static final Table<LaterNote> LATER_NOTES = new Table<>("notes", LaterNote.class);
  public static final Table<Note> OTHERS = new Table<>("other-notes", Note.class, Tells.ROW);
  public static final Table<Note> QUIET = new Table<>("quiet-notes", Note.class, Tells.NOTHING);

  /** All steps, for a registry. */
  public static List<Class<?>> steps() {
    return List.of(
        Put.class, Look.class, Drop.class, Advance.class, Draw.class, Count.class, Break.class);
  }

  /** Writes, and answers what was there. */
  public record Put(Note note) implements Step<Note, Note> {
    @Override
    public Outcome<Note, Note> apply(@Nullable Note row, Owner owner) {
      return Outcome.write(note, row);
    }
  }

  /** Keeps, and answers what is there. */
  public record Look(@JsonProperty("unused") int unused) implements Step<Note, Note> {
    @Override
    public Outcome<Note, Note> apply(@Nullable Note row, Owner owner) {
      return Outcome.keep(row);
    }
  }

  /** Removes, and answers what was there. */
  public record Drop(@JsonProperty("unused") int unused) implements Step<Note, Note> {
    @Override
    public Outcome<Note, Note> apply(@Nullable Note row, Owner owner) {
      return Outcome.remove(row);
    }
  }

  /** Adds one if the number is the expected one; answers the row after it. */
  public record Advance(int expected, String by) implements Step<Note, Note> {
    @Override
    public Outcome<Note, Note> apply(@Nullable Note row, Owner owner) {
      Note now = row == null ? new Note("", 0) : row;
      if (now.number() != expected) {
        return Outcome.keep(now);
      }
      Note next = new Note(by, expected + 1);
      return Outcome.write(next, next);
    }
  }

  /** Writes something that no second run would write again. */
  public record Draw(@JsonProperty("unused") int unused) implements Step<Note, Note> {
    @Override
    public Outcome<Note, Note> apply(@Nullable Note row, Owner owner) {
      Note drawn = new Note(UUID.randomUUID().toString(), 0);
      return Outcome.write(drawn, drawn);
    }
  }

  /** Counts in the owner's memory only. */
  public record Count(@JsonProperty("unused") int unused) implements Step<Note, Integer> {
    /** What the owner remembers. */
    static final class Tally {
      private final AtomicInteger count = new AtomicInteger();
    }

    @Override
    public Outcome<Note, Integer> apply(@Nullable Note row, Owner owner) {
      return Outcome.keep(owner.memory(Tally.class, Tally::new).count.incrementAndGet());
    }
  }

  /** Fails. */
  public record Break(String word) implements Step<Note, Note> {
    @Override
    public Outcome<Note, Note> apply(@Nullable Note row, Owner owner) {
      throw new IllegalStateException(word);
    }
  }

  /** Known to no registry. */
  public record Stranger(int unused) implements Step<Note, Note> {
    @Override
    public Outcome<Note, Note> apply(@Nullable Note row, Owner owner) {
      return Outcome.keep(row);
    }
  }
}
