package dev.holdfast.members;

import dev.holdfast.time.ThreadLoop;
import dev.holdfast.words.HostPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A node in a process of its own. Prints its incarnation, ends with the process that started it.
 */
final class ChildNode implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private final String name;
  private long incarnation;
  private HostPort watch;

  private ChildNode(Process process, String name) {
    this.process = process;
    this.name = name;
    out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  static ChildNode start(Path dir, String name, int expected, Node... meet) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ChildNode.class.getName(),
                dir.toString(),
                name,
                String.valueOf(expected)));
    for (Node each : meet) {
      command.add(each.members.watch().toString());
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    ChildNode child = new ChildNode(process, name);
    String[] words = child.line("started ").split(" ");
    child.incarnation = Long.parseLong(words[1]);
    child.watch = HostPort.parse(words[2]);
    return child;
  }

  private String line(String start) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(start)) {
        return line;
      }
    }
    throw new IOException("the child ended: " + process);
  }

  dev.holdfast.words.NodeId id() {
    return new dev.holdfast.words.NodeId(new dev.holdfast.words.NodeName(name), incarnation);
  }

  HostPort watch() {
    return watch;
  }

  void signal(String signal) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start();
    if (!kill.waitFor(5, TimeUnit.SECONDS) || kill.exitValue() != 0) {
      throw new IOException("kill -" + signal);
    }
  }

  /** Sends SIGKILL and does not wait. */
  void kill() {
    process.destroyForcibly();
  }

  /** Ends it at once, as SIGKILL does. */
  @Override
  public void close() {
    kill();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The child: arguments are folder, name, expected nodes, addresses to meet. */
  public static void main(String[] args) throws Exception {
    ((ch.qos.logback.classic.Logger) org.slf4j.LoggerFactory.getLogger("ROOT"))
        .setLevel(ch.qos.logback.classic.Level.INFO);
    try (ThreadLoop loop = new ThreadLoop("child")) {
      Node node = Node.start(loop, Path.of(args[0]), args[1], Integer.parseInt(args[2]));
      for (int i = 3; i < args.length; i++) {
        node.members.meet(HostPort.parse(args[i]));
      }
      System.out.println("started " + node.id().incarnation() + " " + node.members.watch());
      while (System.in.read() >= 0) {}
      Runtime.getRuntime().halt(0); // the test is gone
    }
  }
}
