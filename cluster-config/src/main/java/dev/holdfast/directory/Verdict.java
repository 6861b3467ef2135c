package dev.holdfast.directory;

import dev.holdfast.store.Table;
import dev.holdfast.words.NodeId;
import java.util.List;

/**
 * What a node says of a proposal; only it writes this row.
 *
 * @param node the process
 * @param proposal the one that was tried
 * @param objections what is in the way there; none: it could be in force
 */
public record Verdict(NodeId node, String proposal, List<Trial.Objection> objections) {
  /** The rows, by name of the node: the last proposal that it tried. */
  public static final Table<Verdict> TABLE = new Table<>("verdicts", Verdict.class);

  /** Copies the list. */
  public Verdict {
    objections = List.copyOf(objections);
  }
}
