package dev.holdfast.gateway.cli;

import dev.holdfast.words.HostPort;
import picocli.CommandLine;

/** Reads {@code HOST:PORT} from the command line. */
final class Addresses implements CommandLine.ITypeConverter<HostPort> {
  @Override
  public HostPort convert(String text) {
    try {
      return HostPort.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.TypeConversionException(e.getMessage());
    }
  }
}
