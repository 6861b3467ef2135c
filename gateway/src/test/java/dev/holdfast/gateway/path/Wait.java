package dev.holdfast.gateway.path;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Waits for a condition, with a bound. */
final class Wait {
  private static final long MOST_NANOS = 10_000_000_000L;

  private Wait() {}

  static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + MOST_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within 10 s: " + what);
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  /** Sockets that this process has open; 0 where nobody can tell. */
  static long openSockets() {
    Path folder = Path.of("/proc/self/fd");
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> open = Files.list(folder)) {
      return open.filter(Wait::isSocket).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }
}
