package dev.holdfast.admin;

import dev.holdfast.admin.contract.Contract;
import dev.holdfast.admin.contract.Operation;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;

/** Holds answers against the contract, by the library's own eyes. */
final class Answers {
  private final Contract contract;
  private final ResponseValidator validator;

  Answers(Vertx vertx, Contract contract) {
    this.contract = contract;
    this.validator = ResponseValidator.create(vertx, contract.library());
  }

  /** Fails if the answer is not what the contract promises for its request. */
  void keepTheContract(HttpResponse<String> response) {
    HttpMethod method = HttpMethod.valueOf(response.request().method());
    Optional<Operation> operation = contract.find(method, response.request().uri().getPath());
    if (operation.isEmpty() || response.body().isEmpty()) {
      return; // no such call
    }
    String type = response.headers().firstValue("Content-Type").orElse("").split(";")[0];
    validator
        .validate(
            ValidatableResponse.create(
                response.statusCode(),
                Map.of(),
                Buffer.buffer(response.body()),
                type.replace("problem+", "")),
            operation.get().id())
        .await();
  }
}
