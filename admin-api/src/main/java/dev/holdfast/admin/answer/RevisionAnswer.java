package dev.holdfast.admin.answer;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.holdfast.config.SharedConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A revision that is kept.
 *
 * @param revision its number
 * @param at when it was made, ISO 8601
 * @param by who made it
 * @param what each thing that it changed, a line for people
 * @param config the whole configuration as of it; only where one revision is asked for
 */
public record RevisionAnswer(
    long revision,
    String at,
    String by,
    List<String> what,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SharedConfig config) {
  /** Copies the list. */
  public RevisionAnswer {
    what = List.copyOf(what);
  }
}
