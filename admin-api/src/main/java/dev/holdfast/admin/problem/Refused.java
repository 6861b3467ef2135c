package dev.holdfast.admin.problem;

/**
 * Fails a {@code Future} with a problem that the client gets word for word. An expected end: it has
 * no stack trace and is not logged.
 */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Problem problem;

  Refused(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  /** What the client gets. */
  public Problem problem() {
    return problem;
  }
}
