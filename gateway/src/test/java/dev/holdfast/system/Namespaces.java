package dev.holdfast.system;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Hosts of a test: one network namespace a node, joined by a bridge that this process is on too. A
 * firewall rule inside a namespace cuts its node off from the others, not from clients and servers.
 */
final class Namespaces implements AutoCloseable {
  /** Two processes may run such tests at a time, each on a bridge of its own. */
  private static final int FORK = Integer.getInteger("holdfast.fork", 1);

  private static final String BRIDGE = "hf-bridge" + FORK;
  private static final String NET = "10." + (176 + FORK) + ".";

  /** Addresses that clients of this process may come from. */
  static final int SOURCES = 200;

  private final int count;

  private Namespaces(int count) {
    this.count = count;
  }

  /** True if this process may make namespaces and firewall rules. */
  static boolean possible() {
    try {
      String probe = name(-1);
      boolean made = run("ip", "netns", "add", probe) == 0;
      boolean firewall = made && run("ip", "netns", "exec", probe, "iptables", "-L", "-n") == 0;
      run("ip", "netns", "del", probe);
      return firewall;
    } catch (IOException e) {
      return false;
    }
  }

  static Namespaces create(int count) throws IOException {
    Namespaces made = new Namespaces(count);
    made.close();
    must("ip", "link", "add", BRIDGE, "type", "bridge");
    must("ip", "addr", "add", NET + "0.1/16", "dev", BRIDGE);
    must("ip", "link", "set", BRIDGE, "up");
    for (int i = 0; i < SOURCES; i++) {
      must("ip", "addr", "add", made.source(i) + "/16", "dev", BRIDGE);
    }
    for (int i = 0; i < count; i++) {
      must("ip", "netns", "add", name(i));
      must("ip", "link", "add", link(i), "type", "veth", "peer", "name", "eth0", "netns", name(i));
      must("ip", "link", "set", link(i), "master", BRIDGE, "up");
      must("ip", "-n", name(i), "addr", "add", made.host(i) + "/16", "dev", "eth0");
      must("ip", "-n", name(i), "link", "set", "eth0", "up");
      must("ip", "-n", name(i), "link", "set", "lo", "up");
    }
    return made;
  }

  /** The address of this process on the bridge. */
  String here() {
    return NET + "0.1";
  }

  /** The address of a source, one of {@link #SOURCES}. */
  String source(int number) {
    return NET + "1." + (number % SOURCES + 1);
  }

  /** The address of a node. */
  String host(int index) {
    return NET + "0." + (11 + index);
  }

  /** What a command begins with to run on the host of a node. */
  List<String> prefix(int index) {
    return List.of("ip", "netns", "exec", name(index));
  }

  /** Drops all packets between some nodes and the other nodes. */
  void cutOff(int... indexes) throws IOException {
    rules(indexes, "-j", "DROP");
  }

  /** Answers all TCP between some nodes and the other nodes with resets, as some firewalls do. */
  void cutOffByResets(int... indexes) throws IOException {
    rules(indexes, "-p", "tcp", "-j", "REJECT", "--reject-with", "tcp-reset");
  }

  private void rules(int[] indexes, String... what) throws IOException {
    for (int index : indexes) {
      for (int other = 0; other < count; other++) {
        int there = other;
        if (IntStream.of(indexes).noneMatch(here -> here == there)) {
          rule(index, List.of("INPUT", "-s", host(other)), what);
          rule(index, List.of("OUTPUT", "-d", host(other)), what);
        }
      }
    }
  }

  private static void rule(int index, List<String> where, String... what) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("ip", "netns", "exec", name(index), "iptables", "-A"));
    command.addAll(where);
    command.addAll(List.of(what));
    must(command.toArray(String[]::new));
  }

  /** Takes the rules of {@link #cutOff} away. */
  void heal(int... indexes) throws IOException {
    for (int index : indexes) {
      must("ip", "netns", "exec", name(index), "iptables", "-F");
    }
  }

  @Override
  public void close() throws IOException {
    for (int i = 0; i < count; i++) {
      run("ip", "link", "del", link(i)); // a namespace takes its own away some time after it went
      run("ip", "netns", "del", name(i));
    }
    run("ip", "link", "del", BRIDGE);
  }

  private static String name(int index) {
    return "hf-" + FORK + "-" + (index + 1);
  }

  private static String link(int index) {
    return "hf-veth" + FORK + "-" + index;
  }

  private static void must(String... command) throws IOException {
    if (run(command) != 0) {
      throw new IOException("failed: " + String.join(" ", command));
    }
  }

  private static int run(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.onExit().orTimeout(20, TimeUnit.SECONDS).join().exitValue();
  }
}
