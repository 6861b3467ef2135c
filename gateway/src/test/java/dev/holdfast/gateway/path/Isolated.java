package dev.holdfast.gateway.path;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Runs a program of the tests in a network of its own, with loopback only. */
final class Isolated {
  private Isolated() {}

  /**
   * Runs {@code main} of a class.
   *
   * @param range of local ports, two numbers
   * @param before shell commands in that network
   * @return what it printed, with its exit code as the last line
   */
  static String run(Class<?> program, String range, String... before) throws Exception {
    Assumptions.assumeTrue(
        shell("true").endsWith("exit 0"), "needs unshare -Urn and the right to use it");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path arguments = Files.createTempFile("isolated", ".args");
    Files.writeString(arguments, "-cp " + path());
    try {
      return shell(
          "ip link set lo up && echo '"
              + range
              + "' > /proc/sys/net/ipv4/ip_local_port_range && "
              + String.join("", Stream.of(before).map(c -> c + " && ").toList())
              + java
              + " -Xmx96m -XX:+UseSerialGC @"
              + arguments
              + " "
              + program.getName());
    } finally {
      Files.delete(arguments);
    }
  }

  private static String path() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private static String shell(String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("unshare", "-Urn", "sh", "-c", command)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes());
    return said + "exit " + process.waitFor();
  }
}
