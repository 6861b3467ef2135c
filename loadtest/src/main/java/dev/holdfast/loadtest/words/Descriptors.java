package dev.holdfast.loadtest.words;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many files and sockets this process may open. */
public final class Descriptors {
  /** Kept for everything that is not a session. */
  private static final int SPARE = 200;

  private Descriptors() {}

  /** The limit of this process; unknown: no limit. */
  public static long limit() {
    try (var lines = Files.lines(Path.of("/proc/self/limits"))) {
      return lines
          .filter(line -> line.startsWith("Max open files"))
          .map(line -> line.substring(26).strip().split("\\s+")[0])
          .filter(text -> text.matches("\\d+"))
          .mapToLong(Long::parseLong)
          .findFirst()
          .orElse(Long.MAX_VALUE);
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }

  /** Sessions that one process can have. */
  public static long sessions() {
    return Math.max(1, limit() - SPARE);
  }

  /**
   * Refuses more sessions than one process can have.
   *
   * @throws BadInput if they are too many
   */
  public static void requireRoom(long sessions) {
    if (sessions > sessions()) {
      throw BadInput.of(
          "sessions",
          sessions,
          "at most %d in one process by its open-file limit of %d; try --workers %d"
              .formatted(sessions(), limit(), (sessions + sessions() - 1) / sessions()));
    }
  }
}
