package dev.holdfast.loadtest.peers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Programs that are run to their end. */
public final class Tool {
  private Tool() {}

  /** The file of a command on the PATH or in sbin. */
  public static Optional<Path> find(String name) {
    if (name.startsWith("/")) {
      return Optional.of(Path.of(name)).filter(Files::isExecutable);
    }
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
    for (String folder : path.split(":")) {
      Path file = Path.of(folder.isEmpty() ? "." : folder, name);
      if (Files.isExecutable(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  /**
   * What a program says, both streams together.
   *
   * @throws IOException if it cannot be started, or takes longer
   */
  public static String run(long timeoutMs, List<String> command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("loadtest", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      if (!process.waitFor(timeoutMs, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new IOException(String.join(" ", command) + ": no end after " + timeoutMs + " ms");
      }
      return Files.readString(output, StandardCharsets.UTF_8);
    } finally {
      Files.deleteIfExists(output);
    }
  }

  /**
   * The first match of a group in what a program says; empty if it is missing or says otherwise.
   */
  static Optional<String> version(String name, String flag, String pattern) {
    return find(name)
        .flatMap(
            file -> {
              try {
                String said = run(5000, List.of(file.toString(), flag));
                var matcher = Pattern.compile(pattern).matcher(said);
                return matcher.find() ? Optional.of(matcher.group(1)) : Optional.of("unknown");
              } catch (IOException e) {
                return Optional.empty();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
              }
            });
  }
}
