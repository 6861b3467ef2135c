package dev.holdfast.admin.access;

/** What the bearer of a token may do; each role includes the ones before it. */
public enum Role {
  /** Reads. */
  VIEWER,
  /** Reads and changes. */
  OPERATOR;

  /** True if a bearer of this role may do what needs the other. */
  public boolean includes(Role needed) {
    return compareTo(needed) >= 0;
  }
}
