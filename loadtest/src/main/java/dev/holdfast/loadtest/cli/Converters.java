package dev.holdfast.loadtest.cli;

import dev.holdfast.loadtest.words.BadInput;
import dev.holdfast.loadtest.words.Quantity;
import dev.holdfast.loadtest.words.Sources;
import dev.holdfast.loadtest.words.Target;
import java.time.Duration;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How the words of the command line are read. */
final class Converters {
  private Converters() {}

  /** A number of bytes. */
  record Bytes(long count) {}

  /** A rate. */
  record Rate(double perSecond) {}

  static void register(CommandLine commands) {
    commands.registerConverter(Target.class, reading(Target::parse));
    commands.registerConverter(Sources.class, reading(Sources::parse));
    commands.registerConverter(Duration.class, reading(Quantity::duration));
    commands.registerConverter(Bytes.class, reading(text -> new Bytes(Quantity.bytes(text))));
    commands.registerConverter(Rate.class, reading(text -> new Rate(Quantity.perSecond(text))));
  }

  private static <T> ITypeConverter<T> reading(Function<String, T> reader) {
    return text -> {
      try {
        return reader.apply(text);
      } catch (BadInput | ArithmeticException e) {
        throw new TypeConversionException(e.getMessage());
      }
    };
  }
}
