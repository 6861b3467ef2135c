package dev.holdfast.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdfast.admin.problem.Problem;
import dev.holdfast.admin.problem.Refused;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** JSON in and out, and the one place where every answer of the API is written. */
final class Replies {
  private static final Logger LOG = LoggerFactory.getLogger(Replies.class);
  private static final String JSON = "application/json";

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(32).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Replies() {}

  /**
   * The object in a body; no body is an empty object.
   *
   * @throws Refused if it is not a JSON object
   */
  static JsonNode object(byte[] body) {
    try {
      JsonNode node = body.length == 0 ? MAPPER.createObjectNode() : MAPPER.readTree(body);
      if (node.isObject()) {
        return node;
      }
    } catch (IOException e) {
      // falls through: where in the text the fault lies helps nobody who wrote it by a program
    }
    throw Problem.invalid("the body is not readable", "", "one JSON object").refused();
  }

  /** The object as the schemas want it. */
  static Map<String, Object> map(JsonNode object) {
    return MAPPER.convertValue(object, new TypeReference<>() {});
  }

  /** A text or a value on one line, for the log. */
  static String line(Object value) {
    try {
      String text = value instanceof String said ? said : MAPPER.writeValueAsString(value);
      return text.replaceAll("[\\s\\p{Cntrl}]+", " ");
    } catch (JsonProcessingException e) {
      return value.getClass().getSimpleName();
    }
  }

  /** Answers with a value as JSON. */
  static void json(HttpServerResponse response, int status, Object value) {
    write(response, status, JSON, value);
  }

  /** Answers with a problem. */
  static void problem(HttpServerResponse response, Problem problem) {
    if (problem.status() == 401) {
      response.putHeader("WWW-Authenticate", "Bearer");
    }
    write(response, problem.status(), "application/problem+json", problem);
  }

  /** Answers with text. */
  static void text(HttpServerResponse response, String type, Buffer text) {
    open(response, 200, type).end(text);
  }

  /** Answers without a body. */
  static void empty(HttpServerResponse response) {
    open(response, 204, null).end();
  }

  /** The problem that a failure is; what nobody expected is logged and not told. */
  static Problem of(HttpServerRequest request, Throwable failure) {
    if (failure instanceof Refused refused) {
      return refused.problem();
    }
    if (failure instanceof TimeoutException) {
      return Problem.timeout("the cluster did not answer in time; ask again to see what holds");
    }
    LOG.error("An admin call failed method={} path={}", request.method(), request.path(), failure);
    return Problem.internal();
  }

  /** Answers a request that is no HTTP, or whose first line or headers are too long. */
  static void unreadable(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    Problem problem;
    if (cause instanceof TooLongHttpLineException) {
      problem = Problem.plain("too-large", 414, "the first line is too long");
    } else if (cause instanceof TooLongHttpHeaderException
        || cause instanceof TooLongFrameException) {
      problem = Problem.plain("too-large", 431, "the headers are too long");
    } else {
      problem = Problem.invalid("the request is not HTTP", "", "HTTP/1.1");
    }
    HttpServerResponse response = request.response();
    problem(response.putHeader("Connection", "close"), problem);
    request.connection().close();
  }

  private static void write(HttpServerResponse response, int status, String type, Object value) {
    open(response, status, type).end(bytes(value));
  }

  /** A value as JSON. */
  static Buffer bytes(Object value) {
    try {
      return Buffer.buffer(MAPPER.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer is always JSON: " + value.getClass(), e);
    }
  }

  /** Begins an answer that goes on. */
  static HttpServerResponse stream(HttpServerResponse response, String type) {
    return open(response, 200, type).setChunked(true);
  }

  /** The head of an answer, to be ended by the caller. */
  static HttpServerResponse open(HttpServerResponse response, int status, @Nullable String type) {
    if (type != null) {
      response.putHeader("Content-Type", type);
    }
    return response
        .setStatusCode(status)
        .putHeader("Cache-Control", "no-store")
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        .putHeader("Cross-Origin-Resource-Policy", "same-origin")
        .putHeader("Referrer-Policy", "no-referrer");
  }
}
