package dev.holdfast.members;

import dev.holdfast.words.NodeId;

/**
 * A watch connection, for people and metrics.
 *
 * @param peer the process that is watched
 * @param ageMs time since it was heard last, -1 if never
 * @param open the connection stands
 * @param direct both ends see the same addresses; otherwise something in between ends TCP and the
 *     end of the connection proves nothing
 */
public record LinkStatus(NodeId peer, long ageMs, boolean open, boolean direct) {}
