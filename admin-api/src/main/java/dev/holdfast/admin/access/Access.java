package dev.holdfast.admin.access;

import dev.holdfast.admin.problem.Problem;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a request may pass. With tokens: a known bearer with the role that the request
 * needs. Without: only requests that name this machine, see the package.
 *
 * @param tokens who may do what, or null
 */
public record Access(@Nullable Tokens tokens) {
  private static final String SCHEME = "Bearer ";

  /**
   * The problem with a request, empty if it may pass.
   *
   * @param needed what the request does
   * @param authorization the header, or null
   * @param host the header, or null
   * @param origin the header, or null
   */
  public Optional<Problem> problem(
      Role needed, @Nullable String authorization, @Nullable String host, @Nullable String origin) {
    return tokens == null ? local(host, origin) : borne(tokens, needed, authorization);
  }

  private static Optional<Problem> borne(
      Tokens tokens, Role needed, @Nullable String authorization) {
    if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, 7)) {
      return Optional.of(Problem.unauthenticated("a token is required (expected: Bearer TOKEN)"));
    }
    Optional<Tokens.Bearer> bearer = tokens.bearer(authorization.substring(7).trim());
    if (bearer.isEmpty()) {
      return Optional.of(Problem.unauthenticated("the token is not known"));
    }
    return bearer.get().role().includes(needed)
        ? Optional.empty()
        : Optional.of(Problem.forbidden("this needs the role operator"));
  }

  private static Optional<Problem> local(@Nullable String host, @Nullable String origin) {
    if (host == null || !isLoopback("http://" + host)) {
      return Optional.of(
          Problem.forbidden("Host: " + host + " (expected: a loopback name, or use tokens)"));
    }
    if (origin != null && !isLoopback(origin)) {
      return Optional.of(
          Problem.forbidden("Origin: " + origin + " (expected: a loopback name, or use tokens)"));
    }
    return Optional.empty();
  }

  /** True if the URL names this machine: {@code localhost}, {@code 127.x.x.x} or {@code [::1]}. */
  static boolean isLoopback(String url) {
    try {
      String host = new URI(url).getHost();
      return host != null
          && (host.equalsIgnoreCase("localhost")
              || host.equals("[::1]")
              || host.matches("127(\\.\\d{1,3}){3}"));
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
