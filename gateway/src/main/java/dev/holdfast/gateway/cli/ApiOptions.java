package dev.holdfast.gateway.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that asks a node. */
final class ApiOptions {
  private static final String DEFAULT = "http://127.0.0.1:8081";

  @Option(
      names = "--api",
      paramLabel = "URL",
      description = "Admin API of any node; default: $HOLDFAST_API, else " + DEFAULT + ".")
  private @Nullable String url;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "File that holds the token and nothing else; default: $HOLDFAST_TOKEN_FILE, else none.")
  private @Nullable Path tokenFile;

  @Option(names = "--json", description = "Print the body of the API's answer.")
  private boolean json;

  boolean json() {
    return json;
  }

  /**
   * The API that is meant.
   *
   * @throws Impossible if the URL or the token file cannot be used
   */
  Api open(Console console) {
    String text = url != null ? url : console.environment().apply("HOLDFAST_API");
    return new Api(base(text == null || text.isEmpty() ? DEFAULT : text), token(console));
  }

  private static URI base(String text) {
    try {
      URI uri = URI.create(text.endsWith("/") ? text : text + "/");
      if (uri.getHost() != null && String.valueOf(uri.getScheme()).matches("https?")) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // falls through to the one message
    }
    throw new Impossible("--api: " + text + " (expected: http://HOST:PORT)");
  }

  private @Nullable String token(Console console) {
    String named = console.environment().apply("HOLDFAST_TOKEN_FILE");
    Path file = tokenFile != null || named == null || named.isEmpty() ? tokenFile : Path.of(named);
    if (file == null) {
      return null;
    }
    try {
      String token = Files.readString(file).strip();
      if (token.matches("[!-~]+")) {
        return token;
      }
      throw new Impossible("--token-file: " + file + " (expected: one token)");
    } catch (IOException e) {
      throw new Impossible("--token-file: " + file + " (expected: a file that can be read)");
    }
  }
}
