package dev.holdfast.gateway.cli;

import dev.holdfast.config.Checked;
import dev.holdfast.config.Settings;
import java.util.function.Supplier;

/** Runs a node in this process. */
@FunctionalInterface
public interface NodeRun {
  /**
   * Runs a node until it has ended.
   *
   * @param again reads the same settings once more
   * @return a code of {@link Exit}; what hindered the start was told in one line on the error
   *     stream
   */
  int run(Settings settings, Supplier<Checked<Settings>> again);
}
