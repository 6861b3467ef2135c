package dev.holdfast.admin.answer;

import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;

/**
 * An operator's pin.
 *
 * @param source as the pool cuts it
 * @param server where it stays
 */
public record PinAnswer(Source source, ServerName server) {}
