package dev.holdfast.system;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The classes of a start, written down once for the jar and the Java under test: a node then starts
 * in half the time. Without it the tests run as well.
 */
final class Archive {
  private static List<String> flags;

  private Archive() {}

  /**
   * The flags of a Java machine that is to use the archive; makes it if there is none.
   *
   * @param java the machine with all other flags
   */
  static synchronized List<String> flags(List<String> java, Path jar) {
    if (flags == null) {
      flags = made(java, jar);
    }
    return flags;
  }

  /** One process at a time makes it; it gets its name when it is whole. */
  private static List<String> made(List<String> java, Path jar) {
    Path file =
        jar.resolveSibling("holdfast-tests-" + System.getProperty("java.vm.version") + ".jsa");
    List<String> quiet = new ArrayList<>(List.of("-Xlog:cds*=off"));
    if (Runtime.version().feature() >= 25) {
      quiet.add("-Xlog:aot*=off");
    }
    try (FileChannel lock =
            FileChannel.open(jar.resolveSibling("holdfast-tests.lock"), CREATE, WRITE);
        FileLock held = lock.lock()) {
      boolean there =
          Files.exists(file)
              && Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(jar)) > 0;
      if (!there) {
        Path making = file.resolveSibling(file.getFileName() + ".new");
        List<String> command = new ArrayList<>(java);
        command.addAll(quiet);
        command.add("-XX:ArchiveClassesAtExit=" + making);
        command.addAll(List.of("-jar", jar.toString(), "warm-up"));
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        there = process.waitFor(2, TimeUnit.MINUTES) && process.exitValue() == 0;
        process.destroyForcibly();
        if (there) {
          Files.move(making, file, StandardCopyOption.REPLACE_EXISTING);
        }
      }
      assert held.isValid();
      quiet.add("-XX:SharedArchiveFile=" + file);
      return there ? quiet : List.of();
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }
}
