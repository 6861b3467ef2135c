package dev.holdfast.words;

/**
 * One process: the name of a node and its incarnation. A member that merges keeps its incarnation;
 * a process that starts anew never has the one of before.
 *
 * @param name the node
 * @param incarnation greater than that of every earlier process of this name
 */
public record NodeId(NodeName name, long incarnation) implements Comparable<NodeId> {
  @Override
  public int compareTo(NodeId other) {
    int byName = name.compareTo(other.name);
    return byName != 0 ? byName : Long.compare(incarnation, other.incarnation);
  }

  @Override
  public String toString() {
    return name + "#" + incarnation;
  }
}
