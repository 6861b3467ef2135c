package dev.holdfast.admin.answer;

import dev.holdfast.words.NodeName;
import dev.holdfast.words.Source;
import java.util.List;

/**
 * {@code GET /v1/sources}: the heaviest sources.
 *
 * @param sources the heaviest first
 * @param missing nodes that did not answer
 */
public record SourcesAnswer(List<Heavy> sources, List<NodeName> missing) {
  /** Copies the lists. */
  public SourcesAnswer {
    sources = List.copyOf(sources);
    missing = List.copyOf(missing);
  }

  /**
   * A source.
   *
   * @param source who
   * @param sessions over all nodes that answered
   * @param nodes where they are
   */
  public record Heavy(Source source, long sessions, List<ClosingAnswer.OnNode> nodes) {
    /** Copies the list. */
    public Heavy {
      nodes = List.copyOf(nodes);
    }
  }
}
