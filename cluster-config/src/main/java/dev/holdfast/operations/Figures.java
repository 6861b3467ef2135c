package dev.holdfast.operations;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * How far an operation is, in sessions of the whole cluster.
 *
 * @param closed ended by the operation
 * @param ended ended otherwise: by themselves, or with their node
 * @param remaining still there
 */
public record Figures(long closed, long ended, long remaining) {
  /** Nothing yet. */
  public static final Figures NONE = new Figures(0, 0, 0);

  /** All that it has been about so far. */
  @JsonIgnore
  public long total() {
    return closed + ended + remaining;
  }

  /** Both together. */
  Figures plus(Figures other) {
    return new Figures(closed + other.closed, ended + other.ended, remaining + other.remaining);
  }

  /** The same when those that remained have ended otherwise. */
  Figures over() {
    return new Figures(closed, ended + remaining, 0);
  }
}
