package dev.holdfast.config;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the servers of a pool are checked.
 *
 * @param type what a check does
 * @param timing when
 * @param verdict what results in a row mean
 * @param passive what the sessions tell of a server
 * @param port the port that is checked, or null for the first of each server
 * @param tls how servers are trusted, for the types that use TLS
 * @param http the request and its answer, for the types that use HTTP
 * @param steps of the conversation, for the types that have one
 */
public record Check(
    Type type,
    Timing timing,
    Verdict verdict,
    Passive passive,
    @Nullable Integer port,
    Tls tls,
    Http http,
    List<Step> steps) {
  /** Copies the steps. */
  public Check {
    steps = List.copyOf(steps);
  }

  /** Connects and closes, with the defaults for all that is not given. */
  public static Check tcp(Duration interval, Duration timeout, int rise, int fall) {
    return plain(Type.TCP, interval, timeout, rise, fall);
  }

  /** Checks nothing. */
  public static Check none() {
    return plain(Type.NONE, Duration.ofSeconds(2), Duration.ofSeconds(1), 2, 3);
  }

  private static Check plain(Type type, Duration interval, Duration timeout, int rise, int fall) {
    return new Check(
        type,
        new Timing(interval, Timing.fast(interval), timeout),
        new Verdict(rise, fall, Initial.CHECKED),
        new Passive(10, null),
        null,
        new Tls(null, null),
        new Http("GET", "/", null, List.of(new Codes(200, 399)), null),
        List.of());
  }

  /** What a check does. */
  public enum Type {
    /** Connects and closes. */
    TCP,
    /** Connects and talks by steps. */
    SEND_EXPECT,
    /** Connects, shakes hands by TLS, and talks by steps if there are any. */
    TLS,
    /** Asks by HTTP/1.1. */
    HTTP,
    /** Asks by HTTP/1.1 inside TLS. */
    HTTPS,
    /** Nothing: the server is always UP. */
    NONE;

    /** True if it begins with a TLS handshake. */
    public boolean usesTls() {
      return this == TLS || this == HTTPS;
    }

    /** True if it sends a request. */
    public boolean usesHttp() {
      return this == HTTP || this == HTTPS;
    }

    /** True if it may have steps. */
    public boolean usesSteps() {
      return this == SEND_EXPECT || this == TLS;
    }
  }

  /**
   * When checks are made.
   *
   * @param interval from the start of one check to the next
   * @param fastInterval the same after a failure, until the server is decided to be UP or DOWN
   * @param timeout of one check, at most the interval
   */
  public record Timing(Duration interval, Duration fastInterval, Duration timeout) {
    /** The fast interval where none is given: a quarter. */
    static Duration fast(Duration interval) {
      return Duration.ofMillis(Math.max(10, interval.toMillis() / 4));
    }
  }

  /**
   * What results in a row mean.
   *
   * @param rise good ones until UP, at least 1
   * @param fall bad ones until DOWN, at least 1
   * @param initial what a server counts as that was not checked yet
   */
  public record Verdict(int rise, int fall, Initial initial) {}

  /** What a server counts as that is added to a running pool, or comes back from MAINT. */
  public enum Initial {
    /** UP until a check fails. */
    UP,
    /** DOWN until {@code rise} checks in a row were good. */
    DOWN,
    /** Nothing until its first check, which decides. */
    CHECKED
  }

  /**
   * What the sessions tell of a server.
   *
   * @param errorLimit sessions in a row that failed at the server until this node counts it DOWN,
   *     or null for never
   * @param earlyClose a session that the server ends within this time without having sent a byte
   *     has failed, or null if only connecting counts
   */
  public record Passive(@Nullable Integer errorLimit, @Nullable Duration earlyClose) {}

  /**
   * How servers are trusted.
   *
   * @param caFile certificates that must have signed the server's, PEM, on each node; null: any
   *     certificate is good
   * @param serverName the name that is asked for, and that the certificate must have if there is a
   *     CA; null: the server's host if that is a name
   */
  public record Tls(@Nullable String caFile, @Nullable String serverName) {}

  /**
   * A request and what must come back.
   *
   * @param method such as GET
   * @param path begins with a slash
   * @param host the header, or null for the server's host
   * @param status good ones
   * @param body what the answer must contain, or null
   */
  public record Http(
      String method,
      String path,
      @Nullable String host,
      List<Codes> status,
      @Nullable String body) {
    /** Copies the list. */
    public Http {
      status = List.copyOf(status);
    }

    /** True if an answer with this code is good. */
    public boolean accepts(int code) {
      return status.stream().anyMatch(codes -> codes.from() <= code && code <= codes.to());
    }
  }

  /** Status codes from one to another, both included. */
  public record Codes(int from, int to) {
    @Override
    public String toString() {
      return from == to ? Integer.toString(from) : from + "-" + to;
    }
  }

  /**
   * A step of a conversation.
   *
   * @param kind what is done
   * @param text as configured
   */
  public record Step(Kind kind, String text) {
    /** What is sent or waited for; not for a regular expression. */
    public byte[] bytes() {
      return kind == Kind.SEND_HEX || kind == Kind.EXPECT_HEX
          ? HexFormat.of().parseHex(text.replace(" ", ""))
          : text.getBytes(StandardCharsets.UTF_8);
    }

    /** What is done in a step. */
    public enum Kind {
      /** Sends a text. */
      SEND,
      /** Sends bytes. */
      SEND_HEX,
      /** Reads until a text came. */
      EXPECT,
      /** Reads until bytes came. */
      EXPECT_HEX,
      /** Reads until a regular expression (RE2) finds itself, each byte being a character. */
      EXPECT_REGEX
    }
  }
}
