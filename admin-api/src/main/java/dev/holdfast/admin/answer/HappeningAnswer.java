package dev.holdfast.admin.answer;

import dev.holdfast.chronicle.Happening;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened: an entry of {@code GET /v1/history}, an event of {@code GET /v1/events}.
 *
 * @param id counts up over the cluster; null if the answering node alone knows of it
 * @param at when it was seen, ISO 8601
 * @param kind what sort of event, as {@code server}
 * @param subject of whom, as {@code health/chat/app-1}
 * @param text one sentence for a person
 * @param by the operator who ordered it, or null
 */
public record HappeningAnswer(
    @Nullable Long id, String at, String kind, String subject, String text, @Nullable String by) {
  /** As the chronicle has it. */
  public static HappeningAnswer of(Happening one) {
    return new HappeningAnswer(
        one.id() == 0 ? null : one.id(),
        Instant.ofEpochMilli(one.atMs()).truncatedTo(ChronoUnit.MILLIS).toString(),
        one.kind(),
        one.subject(),
        one.text(),
        one.by());
  }
}
