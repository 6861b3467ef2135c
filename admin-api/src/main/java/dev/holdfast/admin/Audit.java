package dev.holdfast.admin;

import dev.holdfast.admin.access.Caller;
import dev.holdfast.admin.contract.Operation;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each change that somebody tried: who, from where, what, what it was before and
 * after, and how it ended. Values are JSON on one line, long ones are cut. Tokens are in none of
 * them.
 */
final class Audit {
  private static final Logger LOG = LoggerFactory.getLogger("holdfast.audit");
  private static final int MOST = 2000;

  private Audit() {}

  /** True if anybody reads it. */
  static boolean isOn() {
    return LOG.isInfoEnabled();
  }

  /**
   * Writes the line.
   *
   * @param outcome {@code done}, or the status of the problem
   * @param body as it was sent
   * @param before what a reader was told, null if nothing is known
   * @param after what the caller was told
   */
  static void write(
      HttpServerRequest request,
      Operation operation,
      @Nullable Caller caller,
      String outcome,
      String body,
      @Nullable Object before,
      @Nullable Object after) {
    LOG.info(
        "who={} role={} from={} call={} target={} outcome={} body={} before={} after={}",
        caller == null ? "-" : caller.name(),
        caller == null ? "-" : caller.role(),
        request.remoteAddress(),
        operation.id(),
        Replies.line(request.uri()),
        outcome,
        body.isEmpty() ? "-" : cut(Replies.line(body)),
        before == null ? "-" : cut(Replies.line(before)),
        after == null ? "-" : cut(Replies.line(after)));
  }

  private static String cut(String line) {
    return line.length() <= MOST ? line : line.substring(0, MOST) + "…(" + line.length() + ")";
  }
}
