package dev.holdfast.admin.answer;

import org.jspecify.annotations.Nullable;

/**
 * A number of sessions.
 *
 * @param current now
 * @param max most at once since the start
 * @param limit or null where there is none
 */
public record Count(long current, long max, @Nullable Long limit) {}
