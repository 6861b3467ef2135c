package dev.holdfast.directory;

import dev.holdfast.config.SharedConfig;
import dev.holdfast.members.StateFolder;

/**
 * What a node keeps on its disk of the operators' intent.
 *
 * @param intent the last that this node knew
 * @param file what this node's file said when the node started
 * @param confirmed a majority was seen while the intent was in force; one that a node made of its
 *     file alone never overrules those who run
 */
public record SavedIntent(Intent intent, SharedConfig file, boolean confirmed) {
  /** Where it is kept. */
  public static final StateFolder.Kind<SavedIntent> KIND =
      new StateFolder.Kind<>(
          "intent", 1, SavedIntent.class, "the others, or else the file, say what is configured");
}
