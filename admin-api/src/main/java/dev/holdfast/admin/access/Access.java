package dev.holdfast.admin.access;

import dev.holdfast.admin.problem.Problem;
import io.vertx.core.MultiMap;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a request may pass. With tokens: a known bearer with the role that the request
 * needs. Without: only requests that name this machine, see the package.
 *
 * @param tokens who may do what, or null
 */
public record Access(@Nullable Tokens tokens) {
  private static final String SCHEME = "Bearer ";
  private static final Set<String> OTHER_SITES = Set.of("cross-site", "same-site");

  /**
   * Judges a request.
   *
   * @param needed what it does
   * @param headers that it carries
   */
  public Verdict judge(Role needed, MultiMap headers) {
    return tokens == null ? local(headers) : borne(tokens, needed, headers.get("Authorization"));
  }

  private static Verdict borne(Tokens tokens, Role needed, @Nullable String authorization) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return no(Problem.unauthenticated("a token is required (expected: Bearer TOKEN)"));
    }
    Optional<Caller> caller = tokens.bearer(authorization.substring(SCHEME.length()).trim());
    if (caller.isEmpty()) {
      return no(Problem.unauthenticated("the token is not known"));
    }
    return caller.get().role().includes(needed)
        ? new Verdict(caller.get(), null)
        : new Verdict(caller.get(), Problem.forbidden("this needs the role operator"));
  }

  private static Verdict local(MultiMap headers) {
    String host = headers.get("Host");
    if (host == null || !isLoopback("http://" + host)) {
      return named("Host", host);
    }
    String origin = headers.get("Origin");
    if (origin != null && !isLoopback(origin)) {
      return named("Origin", origin);
    }
    String site = headers.get("Sec-Fetch-Site");
    boolean page = !"navigate".equals(headers.get("Sec-Fetch-Mode"));
    return origin == null && site != null && OTHER_SITES.contains(site) && page
        ? no(Problem.forbidden("a page of another site asks (expected: this machine's own)"))
        : new Verdict(Caller.LOCAL, null);
  }

  private static Verdict named(String header, @Nullable String value) {
    return no(
        Problem.forbidden(
            header + ": " + value + " (expected: a loopback name, or use a tokens file)"));
  }

  private static Verdict no(Problem problem) {
    return new Verdict(null, problem);
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
