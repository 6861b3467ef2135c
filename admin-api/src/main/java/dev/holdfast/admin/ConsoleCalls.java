package dev.holdfast.admin;

import dev.holdfast.admin.access.Caller;
import dev.holdfast.admin.answer.CallerAnswer;
import dev.holdfast.admin.console.Files;
import dev.holdfast.admin.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The page for people, open to everybody since it says nothing by itself; and who asks. */
final class ConsoleCalls implements Calls {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private final Files files = new Files();

  @Override
  public void add(Routes routes) {
    routes.own("/", call -> file(call, Files.PAGE));
    routes.own("/console/:file", call -> file(call, call.pathParam("file")));
    routes.get("/v1/caller", Set.of(), ConsoleCalls::caller);
  }

  private static Future<CallerAnswer> caller(RoutingContext call) {
    Caller caller = Gate.caller(call);
    if (caller == null) {
      return Future.failedFuture(Problem.unauthenticated("nobody asks").refused());
    }
    String role = caller.role().name().toLowerCase(Locale.ROOT);
    return Future.succeededFuture(
        new CallerAnswer(caller.name(), role, !caller.equals(Caller.LOCAL)));
  }

  private void file(RoutingContext call, String name) {
    Optional<Files.File> found = files.find(name);
    if (found.isEmpty()) {
      Replies.problem(call.response(), Problem.unknown("no such file: " + name));
      return;
    }
    Files.File file = found.get();
    HttpServerResponse response = Replies.open(call.response(), 200, file.type());
    response
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader("Cache-Control", "no-cache")
        .putHeader("ETag", file.etag());
    if (file.etag().equals(call.request().getHeader("If-None-Match"))) {
      response.setStatusCode(304).end();
    } else {
      response.end(file.bytes());
    }
  }
}
