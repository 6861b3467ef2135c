package dev.holdfast.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.admin.problem.Problem;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;

/**
 * What a request says, read into words. A value that breaks a rule is thrown as {@link
 * dev.holdfast.admin.problem.Refused}, which {@link Routes} answers.
 */
final class Requests {
  private Requests() {}

  static PoolName pool(RoutingContext call) {
    return path(call, "pool", PoolName::new);
  }

  static ServerName server(RoutingContext call) {
    return path(call, "server", ServerName::new);
  }

  static NodeName node(RoutingContext call) {
    return path(call, "node", NodeName::new);
  }

  /** A part of the path. */
  static <T> T path(RoutingContext call, String name, Function<String, T> reader) {
    return read(call.pathParam(name), name, reader);
  }

  /** A parameter that must be there. */
  static <T> T parameter(RoutingContext call, String name, Function<String, T> reader) {
    String value = call.queryParams().get(name);
    if (value == null) {
      throw Problem.invalid("a parameter is missing", "?" + name, "a value").refused();
    }
    return read(value, "?" + name, reader);
  }

  private static <T> T read(String value, String path, Function<String, T> reader) {
    try {
      return reader.apply(value);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      int rule = message.lastIndexOf("(expected: ");
      String expected =
          rule < 0 ? "another value" : message.substring(rule + 11, message.length() - 1);
      throw Problem.invalid("the request breaks rules", path, expected).refused();
    }
  }

  /** The object in the body; no body is an empty object. */
  static JsonNode object(RoutingContext call) {
    var buffer = call.body().buffer();
    return Replies.object(buffer == null ? new byte[0] : buffer.getBytes());
  }

  /** Refuses a body with fields where none are known. */
  static void nothing(RoutingContext call) {
    var fields = object(call).fieldNames();
    if (fields.hasNext()) {
      throw Problem.invalid("the body breaks rules", "/" + fields.next(), "no fields").refused();
    }
  }
}
