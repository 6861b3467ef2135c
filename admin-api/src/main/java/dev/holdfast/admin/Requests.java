package dev.holdfast.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.admin.access.Caller;
import dev.holdfast.admin.problem.Problem;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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

  /** A value that a reader of words may refuse. */
  static <T> T read(String value, String path, Function<String, T> reader) {
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

  /** A parameter that may be left out. */
  static <T> @Nullable T optional(RoutingContext call, String name, Function<String, T> reader) {
    String value = call.queryParams().get(name);
    return value == null ? null : read(value, "?" + name, reader);
  }

  /** Who asks, for what is kept of a change. */
  static String who(RoutingContext call) {
    Caller caller = Gate.caller(call);
    return caller == null ? "anybody" : caller.name();
  }

  /** The object in the body; no body is an empty object. */
  static JsonNode object(RoutingContext call) {
    return Replies.object(bytes(call));
  }

  /** The bytes of the body. */
  static byte[] bytes(RoutingContext call) {
    Buffer buffer = call.body().buffer();
    return buffer == null ? new byte[0] : buffer.getBytes();
  }

  /** The body as text. */
  static String text(RoutingContext call) {
    return new String(bytes(call), StandardCharsets.UTF_8);
  }

  /** True if the request says that its body is JSON. */
  static boolean isJson(RoutingContext call) {
    String type = call.request().getHeader("Content-Type");
    return type != null && type.split(";", 2)[0].trim().equalsIgnoreCase("application/json");
  }
}
