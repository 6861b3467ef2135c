package dev.holdfast.gateway.cli;

import dev.holdfast.config.Settings;

/** Runs a node in this process. */
@FunctionalInterface
public interface NodeRun {
  /**
   * Runs a node until it has ended.
   *
   * @return a code of {@link Exit}; what hindered the start was told in one line on the error
   *     stream
   */
  int run(Settings settings);
}
