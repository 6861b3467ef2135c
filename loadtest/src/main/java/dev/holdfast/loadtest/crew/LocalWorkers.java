package dev.holdfast.loadtest.crew;

import dev.holdfast.loadtest.words.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Worker processes of this machine, which end with this one, however it ends. */
public final class LocalWorkers implements AutoCloseable {
  private final List<Process> processes = new ArrayList<>();
  private final List<Target> places = new ArrayList<>();
  private final Token token;

  /**
   * Starts them.
   *
   * @param main the program's class; its command {@code worker} is started
   * @param extra more arguments for each
   * @throws IOException if one cannot be started
   */
  public LocalWorkers(int count, Class<?> main, List<String> extra) throws IOException {
    String secret = Token.random();
    token = Token.of(secret);
    Path file =
        Files.createTempFile(
            "loadtest",
            ".token",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(file, secret + "\n");
      for (int i = 0; i < count; i++) {
        processes.add(start(main, file, extra));
      }
      for (Process process : processes) {
        places.add(place(process));
      }
    } catch (IOException e) {
      close();
      throw e;
    } finally {
      Files.delete(file); // each has read it before it said where it listens
    }
  }

  private static Process start(Class<?> main, Path token, List<String> extra) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx192m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                "worker",
                "--listen",
                "127.0.0.1:0",
                "--token-file",
                token.toString(),
                "--end-with-parent"));
    command.addAll(extra);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static Target place(Process process) throws IOException {
    BufferedReader said = process.inputReader();
    String last = null;
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (line.startsWith("worker ")) {
        return Target.parse(line.substring(line.lastIndexOf(' ') + 1));
      }
      last = line; // a Java machine warns there too
    }
    throw new IOException("a worker did not start: " + last);
  }

  /** Where they listen. */
  public List<Target> places() {
    return List.copyOf(places);
  }

  /** What they know. */
  public Token token() {
    return token;
  }

  @Override
  public void close() {
    processes.forEach(Process::destroy);
    for (Process process : processes) {
      try {
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
