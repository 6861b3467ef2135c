package dev.holdfast.loadtest.peers;

import java.nio.file.Path;
import java.util.List;

/**
 * What every proxy of a comparison gets.
 *
 * @param folder for its files
 * @param fronts its ports
 * @param sessions the limit of each front; each server may have as many
 * @param log whether it writes a line for each session
 * @param cpu the core it is pinned to
 */
public record Setup(Path folder, List<Front> fronts, int sessions, boolean log, int cpu) {
  /** Copies. */
  public Setup {
    fronts = List.copyOf(fronts);
  }
}
