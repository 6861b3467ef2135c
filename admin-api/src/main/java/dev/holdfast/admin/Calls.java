package dev.holdfast.admin;

/**
 * The calls of one concern: their routes, bodies and answers. A concern is an interface that the
 * node implements and one of these; {@link AdminVerticle} serves a list of them.
 */
public interface Calls {
  /** Adds the routes. Called once for each server, before it listens. */
  void add(Routes routes);

  /** Tokens were read again. On the event loop of nobody in particular. */
  default void reloaded() {}
}
