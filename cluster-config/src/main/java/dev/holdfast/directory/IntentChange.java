package dev.holdfast.directory;

import dev.holdfast.config.Fault;
import dev.holdfast.words.NodeName;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What became of an operator's change. */
public sealed interface IntentChange {
  /**
   * It holds.
   *
   * @param intent the intent after the change
   * @param created the thing was not there before
   * @param changed false if the cluster already wanted this: the revision is as it was
   */
  record Done(Intent intent, boolean created, boolean changed) implements IntentChange {}

  /**
   * It breaks rules.
   *
   * @param faults all of them
   */
  record Invalid(List<Fault> faults) implements IntentChange {
    /** Copies the list. */
    public Invalid {
      faults = List.copyOf(faults);
    }
  }

  /**
   * What it names does not exist.
   *
   * @param what the name, as {@code pool: chat}
   */
  record Unknown(String what) implements IntentChange {}

  /**
   * It cannot be done as things are.
   *
   * @param why a sentence for the operator
   */
  record Conflict(String why) implements IntentChange {}

  /**
   * The revision it was made for is no longer the present one.
   *
   * @param revision the present one
   */
  record Stale(long revision) implements IntentChange {}

  /**
   * It could not be in force on some nodes. Nothing was changed on any.
   *
   * @param objections what is in the way, by node
   */
  record Objected(Map<NodeName, List<Trial.Objection>> objections) implements IntentChange {
    /** Copies the map, sorted. */
    public Objected {
      objections = Collections.unmodifiableMap(new TreeMap<>(objections));
    }
  }

  /**
   * Nodes in contact did not say in time whether it could be in force there. Nothing was changed on
   * any.
   *
   * @param nodes those that did not say
   */
  record Unanswered(List<NodeName> nodes) implements IntentChange {
    /** Copies the list. */
    public Unanswered {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * This node does not see the majority that a change needs. Nothing was changed.
   *
   * @param why a sentence for the operator
   */
  record NoMajority(String why) implements IntentChange {
    /** No majority of the nodes that are expected now. */
    static final NoMajority NONE =
        new NoMajority("this node does not see a majority; nothing was changed");
  }
}
