package dev.holdfast.admin.problem;

import java.util.List;

/**
 * A problem document (RFC 9457).
 *
 * @param type {@code /problems/...}: what scripts compare
 * @param status of HTTP, 400 to 599
 * @param detail one sentence for a person; never a stack trace
 * @param errors what is wrong where, empty if the request as a whole is
 */
public record Problem(String type, int status, String detail, List<Fault> errors) {
  /** Copies the list. */
  public Problem {
    errors = List.copyOf(errors);
  }

  /**
   * One value that breaks a rule.
   *
   * @param path JSON pointer into the body, or the name of a parameter or header
   * @param expected the rule
   */
  public record Fault(String path, String expected) {}

  /** The request breaks rules: 400. */
  public static Problem invalid(String detail, List<Fault> errors) {
    return new Problem("/problems/invalid", 400, detail, errors);
  }

  /** One parameter, header or field breaks a rule: 400. */
  public static Problem invalid(String detail, String path, String expected) {
    return invalid(detail, List.of(new Fault(path, expected)));
  }

  /** Nobody, or nobody known, asks: 401. */
  public static Problem unauthenticated(String detail) {
    return plain("unauthenticated", 401, detail);
  }

  /** Who asks may not do this: 403. */
  public static Problem forbidden(String detail) {
    return plain("forbidden", 403, detail);
  }

  /** There is no such thing: 404. */
  public static Problem unknown(String detail) {
    return plain("unknown", 404, detail);
  }

  /** The path exists, the method does not: 405. */
  public static Problem method(String detail) {
    return plain("method-not-allowed", 405, detail);
  }

  /** The state of the cluster forbids it: 409. */
  public static Problem conflict(String detail) {
    return plain("conflict", 409, detail);
  }

  /** The body is too large: 413. */
  public static Problem tooLarge(String detail) {
    return plain("too-large", 413, detail);
  }

  /** This address asks too fast: 429. */
  public static Problem tooFast(String detail) {
    return plain("rate", 429, detail);
  }

  /** A change needs a majority and this node sees none: 503. */
  public static Problem noMajority(String detail) {
    return plain("no-majority", 503, detail);
  }

  /** The cluster did not answer in time; whether a change took place is not known: 504. */
  public static Problem timeout(String detail) {
    return plain("timeout", 504, detail);
  }

  /** Our fault; the log of the node says more: 500. */
  public static Problem internal() {
    return plain("internal", 500, "the node failed to answer; its log says why");
  }

  /** A problem without single faults. */
  public static Problem plain(String type, int status, String detail) {
    return new Problem("/problems/" + type, status, detail, List.of());
  }

  /** This problem as the failure of a {@code Future}. */
  public Refused refused() {
    return new Refused(this);
  }
}
