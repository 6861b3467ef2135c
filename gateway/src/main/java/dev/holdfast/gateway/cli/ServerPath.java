package dev.holdfast.gateway.cli;

import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import picocli.CommandLine;

/**
 * A server as operators name it: {@code POOL/SERVER}.
 *
 * @param pool the pool
 * @param server the server
 */
record ServerPath(PoolName pool, ServerName server) {
  /** The path in the API. */
  String api() {
    return "v1/pools/" + pool + "/servers/" + server;
  }

  /** Reads it from the command line. */
  static final class Reader implements CommandLine.ITypeConverter<ServerPath> {
    @Override
    public ServerPath convert(String text) {
      String[] parts = text.split("/", -1);
      try {
        if (parts.length == 2) {
          return new ServerPath(new PoolName(parts[0]), new ServerName(parts[1]));
        }
      } catch (IllegalArgumentException e) {
        throw new CommandLine.TypeConversionException(e.getMessage());
      }
      throw new CommandLine.TypeConversionException(text + " (expected: POOL/SERVER)");
    }
  }
}
