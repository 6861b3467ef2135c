package dev.holdfast.chronicle;

import org.jspecify.annotations.Nullable;

/**
 * What is so now of one subject.
 *
 * @param kind what sort of event it is when it becomes so, as {@code server}
 * @param subject of whom it is, as {@code health/chat/app-1}; one state at a time
 * @param state short, compared; as {@code DOWN}
 * @param usual nobody is told that it is so, unless something else was so before
 * @param text one sentence for a person, as {@code server chat/app-1 is DOWN}
 * @param by who made it so, null if nobody ordered it
 */
public record Fact(
    String kind, String subject, String state, boolean usual, String text, @Nullable String by) {}
