package dev.holdfast.members;

import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.util.Set;

/** What became of an operator's word that a node is gone. */
public sealed interface Forgetting {
  /**
   * It is gone for good; a majority of the others stored it.
   *
   * @param id the process
   */
  record Forgotten(NodeId id) implements Forgetting {}

  /**
   * Somebody hears it.
   *
   * @param id the process
   * @param by a node that hears it
   */
  record InContact(NodeId id, NodeName by) implements Forgetting {}

  /**
   * It is not silent for long enough (lease + 2 s).
   *
   * @param id the process
   * @param waitMs how long to wait still
   */
  record TooEarly(NodeId id, long waitMs) implements Forgetting {}

  /**
   * No roster has the name.
   *
   * @param name the name
   */
  record Unknown(NodeName name) implements Forgetting {}

  /**
   * More than half of the other nodes would have to agree and do not answer. The word is remembered
   * by this process: said for the silent ones too, all of them are forgotten together.
   *
   * @param id the process
   * @param silent nodes that do not answer and are not declared gone
   */
  record NoMajority(NodeId id, Set<NodeName> silent) implements Forgetting {
    /** Copies the names. */
    public NoMajority {
      silent = Set.copyOf(silent);
    }
  }
}
