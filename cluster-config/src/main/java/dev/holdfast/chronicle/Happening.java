package dev.holdfast.chronicle;

import org.jspecify.annotations.Nullable;

/**
 * Something that happened.
 *
 * @param id counts up over the cluster; 0 if this node alone knows of it
 * @param atMs when the node that told it saw it, milliseconds since 1970
 * @param kind what sort of event, as {@code node}, {@code server}, {@code limit}
 * @param subject of whom, as {@code health/chat/app-1}
 * @param state what became so, as {@code DOWN}
 * @param text one sentence for a person
 * @param by the operator who ordered it, null if nobody did
 */
public record Happening(
    long id,
    long atMs,
    String kind,
    String subject,
    String state,
    String text,
    @Nullable String by) {}
