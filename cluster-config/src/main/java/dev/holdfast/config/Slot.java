package dev.holdfast.config;

import org.jspecify.annotations.Nullable;

/**
 * A value that was read and is of the right shape.
 *
 * @param raw what the {@link Shape} makes the value of; null is none
 * @param place where it stands, or where the thing that it belongs to stands if it is a default
 * @param spot what it is called
 * @param text as it was written, for messages
 * @param given it was written, not a default
 */
record Slot(@Nullable Object raw, Place place, Spot spot, String text, boolean given) {}
