package dev.holdfast.admin;

import dev.holdfast.admin.access.Access;
import dev.holdfast.admin.access.Caller;
import dev.holdfast.admin.access.Rates;
import dev.holdfast.admin.access.Role;
import dev.holdfast.admin.access.Verdict;
import dev.holdfast.admin.contract.Contract;
import dev.holdfast.admin.contract.Operation;
import dev.holdfast.admin.problem.Problem;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is decided of a request before its body is read: is it an operation of the contract, does
 * its client ask too fast, may it. One event loop.
 */
final class Gate {
  /** What is said of a request line that is no text. */
  static final Problem UNREADABLE =
      Problem.invalid("the request is not readable", "", "a path and a query in UTF-8");

  private static final String OPERATION = "holdfast.operation";
  private static final String CALLER = "holdfast.caller";

  private final Contract contract;
  private final Supplier<Access> access;
  private final Rates rates;

  Gate(Contract contract, Supplier<Access> access, Rates rates) {
    this.contract = contract;
    this.access = access;
    this.rates = rates;
  }

  /** The operation of a request that passed. */
  static Operation operation(RoutingContext call) {
    return call.get(OPERATION);
  }

  /** Who sent a request that passed; null if anybody may. */
  static @Nullable Caller caller(RoutingContext call) {
    return call.get(CALLER);
  }

  /** Lets a request pass, or answers why not. */
  void enter(RoutingContext call) {
    HttpServerRequest request = call.request();
    HttpMethod method = request.method() == HttpMethod.HEAD ? HttpMethod.GET : request.method();
    String path;
    try {
      path = call.normalizedPath();
    } catch (IllegalArgumentException e) {
      Replies.problem(call.response(), UNREADABLE);
      return;
    }
    Optional<Operation> found = contract.find(method, path);
    if (found.isEmpty()) {
      stranger(call, path);
      return;
    }
    call.put(OPERATION, found.get());
    Optional<Role> role = found.get().role();
    if (role.isEmpty()) {
      call.next();
      return;
    }
    String address = request.remoteAddress().host();
    Verdict verdict = access.get().judge(role.get(), request.headers());
    if (verdict.caller() == null
        && slow(call, rates.take(address, Rates.Kind.STRANGER), Rates.Kind.STRANGER)) {
      return;
    }
    call.put(CALLER, verdict.caller());
    if (verdict.problem() != null) {
      if (found.get().changes()) {
        Audit.write(
            request,
            found.get(),
            verdict.caller(),
            String.valueOf(verdict.problem().status()),
            "",
            null,
            null);
      }
      Replies.problem(call.response(), verdict.problem());
      return;
    }
    Rates.Kind kind = found.get().changes() ? Rates.Kind.CHANGE : Rates.Kind.READ;
    if (!slow(call, rates.take(address, kind), kind)) {
      call.next();
    }
  }

  /** Answers a path or a method that nobody knows; also to those who may nothing. */
  private void stranger(RoutingContext call, String path) {
    Set<String> methods = contract.methods(path);
    if (methods.isEmpty()) {
      Replies.problem(call.response(), Problem.unknown("no such path: " + path));
      return;
    }
    call.response().putHeader("Allow", String.join(", ", methods));
    Replies.problem(
        call.response(),
        Problem.method(call.request().method() + " (expected: one of " + methods + ")"));
  }

  private static boolean slow(RoutingContext call, int waitSeconds, Rates.Kind kind) {
    if (waitSeconds == 0) {
      return false;
    }
    call.response().putHeader("Retry-After", Integer.toString(waitSeconds));
    Replies.problem(
        call.response(),
        Problem.tooFast("this address asks too fast (expected: " + kind.text() + ")"));
    return true;
  }
}
