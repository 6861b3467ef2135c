package dev.holdfast.admin;

import dev.holdfast.admin.access.Access;
import dev.holdfast.admin.access.Rates;
import dev.holdfast.admin.contract.Contract;
import dev.holdfast.admin.contract.Operation;
import dev.holdfast.admin.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The routes of the API under the rules that all share: who may, what a request must look like, how
 * long an answer may take, a problem document for every no and a line of the audit for every
 * change. {@link Calls} add the code; the contract says what each route may be asked.
 */
public final class Routes {
  private final Duration timeout;
  private final Map<Key, Code> codes = new LinkedHashMap<>();

  private record Key(HttpMethod method, String path) {}

  /**
   * What runs for an operation.
   *
   * @param parameters of the query that the code reads
   * @param handler answers
   * @param answer the value of a read, null for what is no read or answers for itself
   */
  private record Code(
      Set<String> parameters,
      Handler<RoutingContext> handler,
      @Nullable Function<RoutingContext, Future<?>> answer) {}

  Routes(Duration timeout) {
    this.timeout = timeout;
  }

  /** A route that is read and answers for itself. */
  void own(String path, Handler<RoutingContext> handler) {
    own(path, Set.of(), handler);
  }

  /** The same with parameters. */
  void own(String path, Set<String> parameters, Handler<RoutingContext> handler) {
    add(HttpMethod.GET, path, new Code(parameters, handler, null));
  }

  /** A route that is read; its answer is JSON. */
  void get(String path, Set<String> parameters, Function<RoutingContext, Future<?>> answer) {
    Handler<RoutingContext> handler =
        call -> settle(call, answer, value -> Replies.json(call.response(), 200, value));
    add(HttpMethod.GET, path, new Code(parameters, handler, answer));
  }

  /** A route by which an operator changes something; the body is complete when it is called. */
  <T> void change(
      HttpMethod method,
      String path,
      Function<RoutingContext, Future<T>> answer,
      BiConsumer<RoutingContext, T> reply) {
    change(method, path, Set.of(), answer, reply);
  }

  /** The same with parameters. */
  <T> void change(
      HttpMethod method,
      String path,
      Set<String> parameters,
      Function<RoutingContext, Future<T>> answer,
      BiConsumer<RoutingContext, T> reply) {
    Key key = key(method, path);
    add(method, path, new Code(parameters, call -> changed(call, key, answer, reply), null));
  }

  private static Key key(HttpMethod method, String path) {
    return new Key(method, path.replaceAll(":([a-z]+)", "{$1}"));
  }

  private void add(HttpMethod method, String path, Code code) {
    if (codes.putIfAbsent(key(method, path), code) != null) {
      throw new IllegalStateException("two codes for " + method + " " + path);
    }
  }

  /**
   * The router of the contract.
   *
   * @throws IllegalStateException if contract and code do not know the same operations
   */
  Router router(Vertx vertx, Contract contract, Supplier<Access> access, Rates rates) {
    RouterBuilder builder = RouterBuilder.create(vertx, contract.library());
    Gate gate = new Gate(contract, access, rates);
    builder.rootHandler(gate::enter);
    Set<Key> left = new HashSet<>(codes.keySet());
    for (Operation operation : contract.operations()) {
      Key key = new Key(operation.method(), operation.path());
      Code code = codes.get(key);
      if (code == null || !code.parameters.equals(operation.query())) {
        throw new IllegalStateException(
            operation.method() + " " + operation.path() + " (expected: code for this operation)");
      }
      left.remove(key);
      OpenAPIRoute route = builder.getRoute(operation.id());
      route.setDoSecurity(false).setDoValidation(false);
      handlers(operation, code).forEach(route::addHandler);
    }
    if (!left.isEmpty()) {
      throw new IllegalStateException(left + " (expected: an operation of the contract)");
    }
    Router router = builder.createRouter();
    for (Operation operation : contract.operations()) {
      if (operation.method() == HttpMethod.GET) {
        var head = router.route(HttpMethod.HEAD, operation.path().replaceAll("\\{(.*?)}", ":$1"));
        Code code = codes.get(new Key(HttpMethod.GET, operation.path()));
        handlers(operation, code).forEach(head::handler);
      }
    }
    router.route().failureHandler(Routes::failed);
    router.errorHandler( // a path that no route is tried for
        400, call -> Replies.problem(call.response(), Gate.UNREADABLE));
    router.errorHandler(500, Routes::failed);
    return router;
  }

  private List<Handler<RoutingContext>> handlers(Operation operation, Code code) {
    if (!operation.changes()) {
      return List.of(Routes::parameters, code.handler);
    }
    BodyHandler body = BodyHandler.create(false).setBodyLimit(operation.maxBodyBytes());
    Handler<RoutingContext> read =
        call -> {
          call.vertx().setTimer(timeout.toMillis(), late -> hurry(call));
          body.handle(call);
        };
    // a handler of one's own: the library would have bodies read before anything is decided
    return List.of(Routes::parameters, Routes::contentType, read, Routes::body, code.handler);
  }

  private static void parameters(RoutingContext call) {
    List<Problem.Fault> faults =
        Gate.operation(call).parameterFaults(call.pathParams(), call.queryParams());
    if (faults.isEmpty()) {
      call.next();
    } else {
      Replies.problem(call.response(), Problem.invalid("the request breaks rules", faults));
    }
  }

  private static void contentType(RoutingContext call) {
    String type = call.request().getHeader("Content-Type");
    String media = type == null ? "" : type.split(";", 2)[0].trim();
    Set<String> known = Gate.operation(call).mediaTypes();
    if (known.stream().anyMatch(media::equalsIgnoreCase)) {
      call.next();
      return;
    }
    Replies.problem(
        call.response(),
        Problem.invalid(
            "a change says what it carries", "Content-Type", String.join(" or ", known)));
  }

  /** Nobody holds a connection by a body that never ends. */
  private static void hurry(RoutingContext call) {
    if (!call.request().isEnded()) {
      call.request().connection().close();
    }
  }

  /** A body that is JSON keeps the rules of the contract. */
  private static void body(RoutingContext call) {
    if (!Requests.isJson(call)) {
      call.next();
      return;
    }
    List<Problem.Fault> faults =
        Gate.operation(call).bodyFaults(new JsonObject(Replies.map(Requests.object(call))));
    if (faults.isEmpty()) {
      call.next();
    } else {
      Replies.problem(call.response(), Problem.invalid("the body breaks rules", faults));
    }
  }

  private <T> void changed(
      RoutingContext call,
      Key key,
      Function<RoutingContext, Future<T>> answer,
      BiConsumer<RoutingContext, T> reply) {
    Future<@Nullable Object> before = Audit.isOn() ? before(call, key) : Future.succeededFuture();
    before.onComplete(
        known ->
            settle(
                call,
                asked ->
                    answer
                        .apply(asked)
                        .andThen(
                            done -> audited(call, known.result(), done.result(), done.cause())),
                value -> reply.accept(call, value)));
  }

  private static void audited(
      RoutingContext call,
      @Nullable Object before,
      @Nullable Object after,
      @Nullable Throwable no) {
    Problem problem = no == null ? null : Replies.of(call.request(), no);
    Audit.write(
        call.request(),
        Gate.operation(call),
        Gate.caller(call),
        problem == null ? "done" : String.valueOf(problem.status()),
        Requests.text(call),
        before,
        problem == null ? after : problem);
  }

  /** What a reader is told of the thing that is about to change; null if nothing. */
  private Future<@Nullable Object> before(RoutingContext call, Key key) {
    String path = key.path;
    for (int i = 0; i < 2; i++) {
      Code read = codes.get(new Key(HttpMethod.GET, path));
      if (read != null && read.answer != null && read.parameters.isEmpty()) {
        return answered(call, read.answer)
            .<@Nullable Object>map(value -> value)
            .timeout(timeout.toMillis() / 4, TimeUnit.MILLISECONDS)
            .otherwise((Object) null);
      }
      path = path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }
    return Future.succeededFuture();
  }

  private <T> void settle(
      RoutingContext call,
      Function<RoutingContext, ? extends Future<? extends T>> answer,
      Consumer<T> reply) {
    Future<? extends T> future = answered(call, answer);
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

  private static <T> Future<? extends T> answered(
      RoutingContext call, Function<RoutingContext, ? extends Future<? extends T>> answer) {
    try {
      return answer.apply(call);
    } catch (RuntimeException e) { // the request could not be read
      return Future.failedFuture(e);
    }
  }

  private static void failed(RoutingContext call) {
    if (call.response().headWritten()) {
      call.request().connection().close();
      return;
    }
    Throwable failure = call.failure();
    Problem problem =
        switch (call.statusCode()) {
          case 400 -> Gate.UNREADABLE;
          case 413 ->
              Problem.tooLarge(
                  "body (expected: at most " + Gate.operation(call).maxBodyBytes() + " bytes)");
          default -> failure == null ? Problem.internal() : Replies.of(call.request(), failure);
        };
    Replies.problem(call.response(), problem);
  }
}
