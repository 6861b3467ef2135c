package dev.holdfast.gateway.path;

import dev.holdfast.words.Source;

/**
 * A source and its sessions.
 *
 * @param source who
 * @param sessions how many
 */
public record SourceTally(Source source, int sessions) {}
