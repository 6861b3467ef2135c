package dev.holdfast.directory;

import dev.holdfast.words.NodeId;

/**
 * A change that every node tries before it counts.
 *
 * @param id never used again
 * @param by the process that proposes it and counts the answers
 * @param next the intent that it would become: one revision after the one in force
 */
public record Proposal(String id, NodeId by, Intent next) {}
