package dev.holdfast.store.hazelcast;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A member in a process of its own, which can be stopped; it ends with the test. */
final class StoreChild implements AutoCloseable {
  private final Process process;

  private StoreChild(Process process) {
    this.process = process;
  }

  /** Starts the first member of a test's cluster and waits until it is up. */
  static StoreChild first(Cluster cluster) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-Djava.util.concurrent.ForkJoinPool.common.parallelism=2"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(StoreChild.class.getName(), cluster.name()));
    cluster.addresses().forEach(address -> command.add(address.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); !"up".equals(line); line = out.readLine()) {
      if (line == null) {
        throw new IOException("the child ended: " + process);
      }
    }
    return new StoreChild(process);
  }

  void signal(String signal) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start();
    if (!kill.waitFor(5, TimeUnit.SECONDS) || kill.exitValue() != 0) {
      throw new IOException("kill -" + signal);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** The child: arguments are the name of the cluster and the addresses, its own first. */
  public static void main(String[] args) throws Exception {
    ((ch.qos.logback.classic.Logger) org.slf4j.LoggerFactory.getLogger("ROOT"))
        .setLevel(ch.qos.logback.classic.Level.WARN);
    List<dev.holdfast.words.HostPort> addresses =
        List.of(args).subList(1, args.length).stream()
            .map(dev.holdfast.words.HostPort::parse)
            .toList();
    StoreMember.start(
        new StoreSettings(
            Cluster.id(0),
            addresses.get(0),
            new dev.holdfast.config.ClusterSettings(args[0], addresses, null),
            Duration.ofSeconds(6),
            Duration.ofSeconds(2),
            Duration.ofSeconds(1)),
        Cluster.steps());
    System.out.println("up");
    while (System.in.read() >= 0) {}
    Runtime.getRuntime().halt(0); // the test is gone
  }
}
