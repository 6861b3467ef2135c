package dev.holdfast.config;

/**
 * What one configuration file says.
 *
 * @param node what belongs to this node
 * @param cluster which cluster, and where the others are
 * @param shared what all nodes share
 */
public record Settings(NodeSettings node, ClusterSettings cluster, SharedConfig shared) {}
