package dev.holdfast.admin;

import dev.holdfast.admin.access.Access;
import dev.holdfast.admin.access.Role;
import dev.holdfast.admin.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The routes of one HTTP server under the rules that all share: who may, what a change must carry,
 * which parameters exist, how long an answer may take, and a problem document for every no.
 */
public final class Routes {
  private static final long MAX_BODY_BYTES = 64 << 10;
  private static final Problem UNREADABLE =
      Problem.invalid("the request is not readable", "", "a path and a query in UTF-8");

  private final Router router;
  private final Supplier<Access> access;
  private final Duration timeout;
  private final Map<String, Set<String>> methods = new LinkedHashMap<>();

  Routes(Vertx vertx, Supplier<Access> access, Duration timeout) {
    this.router = Router.router(vertx);
    this.access = access;
    this.timeout = timeout;
  }

  /** A route that anybody may read. */
  void free(String path, Handler<RoutingContext> handler) {
    read(path).handler(handler);
  }

  /** A route that a viewer may read, answering for itself. */
  void viewer(String path, Handler<RoutingContext> handler) {
    read(path).handler(call -> permit(call, Role.VIEWER)).handler(handler);
  }

  /** A route that a viewer may read; its answer is JSON. */
  void get(String path, Set<String> parameters, Function<RoutingContext, Future<?>> answer) {
    read(path)
        .handler(call -> permit(call, Role.VIEWER))
        .handler(call -> parameters(call, parameters))
        .handler(call -> settle(call, answer, value -> Replies.json(call.response(), 200, value)));
  }

  /** A route by which an operator changes something; the body is complete when it is called. */
  <T> void change(
      HttpMethod method,
      String path,
      Function<RoutingContext, Future<T>> answer,
      BiConsumer<RoutingContext, T> reply) {
    known(path, method.name());
    router
        .route(method, path)
        .handler(call -> permit(call, Role.OPERATOR))
        .handler(call -> parameters(call, Set.of()))
        .handler(Routes::contentType);
    router
        .route(method, path)
        .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES))
        .handler(call -> settle(call, answer, value -> reply.accept(call, value)));
  }

  /** Ends the list: what is not on it is a problem. */
  Handler<HttpServerRequest> handler() {
    methods.forEach(
        (path, allowed) ->
            router
                .route(path)
                .handler(
                    call -> {
                      call.response().putHeader("Allow", String.join(", ", allowed));
                      Replies.problem(
                          call.response(),
                          Problem.method(
                              call.request().method() + " (expected: one of " + allowed + ")"));
                    }));
    router
        .route()
        .handler(
            call ->
                Replies.problem(
                    call.response(), Problem.unknown("no such path: " + call.request().path())));
    router.route().failureHandler(Routes::failed);
    router.errorHandler( // a path that no route is tried for
        400, call -> Replies.problem(call.response(), UNREADABLE));
    router.errorHandler(500, Routes::failed);
    return router;
  }

  private Route read(String path) {
    known(path, "GET");
    known(path, "HEAD");
    return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
  }

  private void known(String path, String method) {
    methods.computeIfAbsent(path, key -> new TreeSet<>()).add(method);
  }

  private void permit(RoutingContext call, Role needed) {
    HttpServerRequest request = call.request();
    Optional<Problem> problem =
        access
            .get()
            .problem(
                needed,
                request.getHeader("Authorization"),
                request.getHeader("Host"),
                request.getHeader("Origin"));
    problem.ifPresentOrElse(no -> Replies.problem(call.response(), no), call::next);
  }

  private static void parameters(RoutingContext call, Set<String> known) {
    for (String name : call.queryParams().names()) {
      if (!known.contains(name) || call.queryParam(name).size() > 1) {
        String expected = known.isEmpty() ? "no parameters" : "each once: " + new TreeSet<>(known);
        Replies.problem(
            call.response(), Problem.invalid("the query breaks rules", "?" + name, expected));
        return;
      }
    }
    call.next();
  }

  private static void contentType(RoutingContext call) {
    String type = call.request().getHeader("Content-Type");
    String media = type == null ? "" : type.split(";", 2)[0].trim();
    if (media.equalsIgnoreCase("application/json")) {
      call.next();
      return;
    }
    Replies.problem(
        call.response(),
        Problem.invalid("a change says what it carries", "Content-Type", "application/json"));
  }

  private <T> void settle(
      RoutingContext call,
      Function<RoutingContext, ? extends Future<? extends T>> answer,
      Consumer<T> reply) {
    Future<? extends T> future;
    try {
      future = answer.apply(call);
    } catch (RuntimeException e) { // the request could not be read
      future = Future.failedFuture(e);
    }
    future
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(
            done -> {
              if (call.response().ended() || call.response().closed()) {
                return; // the client left
              }
              if (done.succeeded()) {
                reply.accept(done.result());
              } else {
                Replies.problem(call.response(), Replies.of(call.request(), done.cause()));
              }
            });
  }

  private static void failed(RoutingContext call) {
    if (call.response().headWritten()) {
      call.request().connection().close();
      return;
    }
    Throwable failure = call.failure();
    Problem problem =
        switch (call.statusCode()) {
          case 400 -> UNREADABLE;
          case 413 -> Problem.tooLarge("body (expected: at most " + MAX_BODY_BYTES + " bytes)");
          default -> failure == null ? Problem.internal() : Replies.of(call.request(), failure);
        };
    Replies.problem(call.response(), problem);
  }
}
