package dev.holdfast.directory;

import dev.holdfast.config.SharedConfig;

/**
 * What a node keeps on its disk of the operators' intent.
 *
 * @param intent the last that this node knew
 * @param file what this node's file said when it was last read
 */
public record SavedIntent(Intent intent, SharedConfig file) {}
