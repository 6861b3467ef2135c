package dev.holdfast.admin.access;

/**
 * Who calls.
 *
 * @param name of the token, or {@link #LOCAL} without tokens
 * @param role what it may do
 */
public record Caller(String name, Role role) {
  /** Whoever can reach an API without tokens is on this machine and may do all. */
  public static final Caller LOCAL = new Caller("local", Role.OPERATOR);
}
