package dev.holdfast.loadtest.run;

import dev.holdfast.loadtest.words.Target;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run has to show besides whole bytes.
 *
 * @param sticky a source reaches one server only
 * @param refusals false: no session may be refused
 * @param losses false: no session may be lost; true: those that are lost have to come back
 * @param countAt where servers tell how many sessions they have
 * @param limit the most at once over all servers, or null: not checked
 * @param serverLimits the most at once on servers by name; the name {@code *} stands for each
 */
public record Expectation(
    boolean sticky,
    boolean refusals,
    boolean losses,
    List<Target> countAt,
    @Nullable Long limit,
    Map<String, Long> serverLimits) {
  /** Copies. */
  public Expectation {
    countAt = List.copyOf(countAt);
    serverLimits = Map.copyOf(serverLimits);
  }

  /** Nothing refused, nothing lost, nobody moved. */
  public static Expectation usual() {
    return new Expectation(true, false, false, List.of(), null, Map.of());
  }
}
