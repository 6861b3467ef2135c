package dev.holdfast.gateway.doctor;

import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.config.Settings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many sessions a node can hold, and what is in the way of more.
 *
 * @param sessions that it can hold
 * @param limits each with the sessions that it allows, the lowest first
 * @param warnings what is not as it should be
 * @param faults why it cannot run as configured
 */
public record Diagnosis(
    long sessions, List<Limit> limits, List<Finding> warnings, List<Finding> faults) {
  private static final String UNLIMITED = "unlimited";
  private static final long FILES_BESIDES = 512;
  private static final long FILES_OF_SYSTEM = 4096;
  private static final int HEAP_PERCENT = 40;
  private static final long HEAP_BESIDES = 128L << 20;
  private static final long HEAP_OF_SESSION = 1024;
  private static final long MEMORY_BESIDES = 512L << 20;
  private static final long KERNEL_OF_SESSION = 8192;
  private static final long USUAL_QUEUE = 4096;
  private static final long MANY_FILES = 1 << 20;
  private static final long MANY_PORTS = 20_000;
  private static final Comparator<Limit> BY_SESSIONS = Comparator.comparingLong(Limit::sessions);

  /**
   * A limit.
   *
   * @param name of it
   * @param value that is set
   * @param sessions that it allows
   * @param remedy the command or setting that lifts it
   */
  public record Limit(String name, String value, long sessions, String remedy) {}

  /**
   * Something that is not as it should be.
   *
   * @param name of the setting
   * @param value that is set
   * @param expected what it should be, and why
   * @param remedy the command or setting that makes it so; empty if there is none
   */
  public record Finding(String name, String value, String expected, String remedy) {}

  /** Copies the lists. */
  public Diagnosis {
    limits = List.copyOf(limits);
    warnings = List.copyOf(warnings);
    faults = List.copyOf(faults);
  }

  /** The limit that is reached first. */
  public Limit binding() {
    return limits.get(0);
  }

  /**
   * Adds it all up.
   *
   * @param settings of the node, null for any node
   * @param faults what else is in the way of running so
   */
  public static Diagnosis of(Machine machine, @Nullable Settings settings, List<Finding> faults) {
    List<Limit> limits = ofMachine(machine);
    if (settings == null) {
      limits.add(
          new Limit(
              "local-ports",
              machine.ports().limit() + " of one address to one port of one server",
              machine.ports().limit(),
              "node.source-addresses, pools[].servers[].ports"));
    } else {
      Limit ports = ofPorts(machine, settings);
      if (ports != null) {
        limits.add(ports);
      }
    }
    List<Finding> warnings = warnings(machine, settings);
    if (settings != null) {
      Limit lowest = Collections.min(limits, BY_SESSIONS);
      long wanted = settings.node().maxSessions();
      if (wanted > lowest.sessions()) {
        warnings.add(
            new Finding(
                "node.max-sessions",
                String.valueOf(wanted),
                "at most " + lowest.sessions() + ", which " + lowest.name() + " allow",
                lowest.remedy()));
      }
      limits.add(new Limit("max-sessions", String.valueOf(wanted), wanted, "node.max-sessions"));
    }
    limits.sort(BY_SESSIONS);
    return new Diagnosis(limits.get(0).sessions(), limits, warnings, faults);
  }

  private static List<Limit> ofMachine(Machine machine) {
    List<Limit> limits = new ArrayList<>();
    long most = Math.min(machine.mostOpenFiles(), MANY_FILES);
    limits.add(
        new Limit(
            "open-files",
            text(machine.openFiles()),
            perSession(machine.openFiles(), FILES_BESIDES, 2),
            "ulimit -Hn " + most + "; ulimit -n " + most + " (systemd: LimitNOFILE=" + most + ")"));
    limits.add(
        new Limit(
            "open-files-of-all",
            text(machine.filesOfAll()),
            perSession(machine.filesOfAll(), FILES_OF_SYSTEM, 2),
            "sysctl -w fs.file-max=" + 4 * MANY_FILES));
    long heap = machine.memoryBytes() / 100 * HEAP_PERCENT;
    limits.add(
        new Limit(
            "memory",
            (machine.memoryBytes() >> 20) + " MiB",
            Math.min(
                perSession(heap, HEAP_BESIDES, HEAP_OF_SESSION),
                perSession(machine.memoryBytes() - heap, MEMORY_BESIDES, KERNEL_OF_SESSION)),
            "more memory"));
    limits.add(
        new Limit(
            "tcp-memory",
            text(machine.tcpPages()) + " pages",
            perSession(machine.tcpPages(), 0, 2),
            "sysctl -w net.ipv4.tcp_mem='1500000 2000000 3000000' (a page a socket)"));
    if (machine.tracked() != null) {
      limits.add(
          new Limit(
              "tracked-connections",
              text(machine.tracked()),
              perSession(machine.tracked(), 0, 2),
              "sysctl -w net.netfilter.nf_conntrack_max=" + MANY_FILES + ", or do not track them"));
    }
    limits.removeIf(limit -> limit.value().startsWith(UNLIMITED)); // or a container hides it
    return limits;
  }

  private static long perSession(long all, long besides, long each) {
    return Math.max(0, all - besides) / each;
  }

  private static String text(long number) {
    return number == Long.MAX_VALUE ? UNLIMITED : String.valueOf(number);
  }

  /** Sessions until the ports towards the first server are used, as weights spread them. */
  private static @Nullable Limit ofPorts(Machine machine, Settings settings) {
    long sum = 0;
    String first = "";
    long firstFull = Long.MAX_VALUE;
    for (PoolConfig pool : settings.shared().pools()) {
      long weights = pool.servers().stream().mapToLong(ServerConfig::weight).sum();
      long ofPool = Long.MAX_VALUE;
      for (ServerConfig server : pool.servers()) {
        if (server.weight() == 0) {
          continue;
        }
        long until = capacity(machine, settings, pool, server) * weights / server.weight();
        ofPool = Math.min(ofPool, until);
        if (until < firstFull) {
          firstFull = until;
          first = pool.name() + "/" + server.name();
        }
      }
      sum += ofPool == Long.MAX_VALUE ? 0 : ofPool;
    }
    return sum == 0
        ? null
        : new Limit(
            "local-ports",
            machine.ports().limit() + " of each tuple, first used up at " + first,
            sum,
            "node.source-addresses, more ports of the server"
                + " (or sysctl -w net.ipv4.ip_local_port_range='10240 65535')");
  }

  /** Local ports towards a server: its ports times our addresses times the range. */
  public static long capacity(
      Machine machine, Settings settings, PoolConfig pool, ServerConfig server) {
    List<String> addresses = settings.node().sourceAddresses().get(pool.name());
    int sources = addresses == null ? 1 : Math.max(1, addresses.size());
    return (long) server.ports().size() * sources * machine.ports().limit();
  }

  private static List<Finding> warnings(Machine machine, @Nullable Settings settings) {
    List<Finding> found = new ArrayList<>();
    if (machine.nativeTransport() != null) {
      found.add(
          new Finding(
              "native-transport",
              machine.nativeTransport(),
              "epoll: without it a session costs several times as much",
              "run on Linux x86_64 or aarch64 with glibc"));
    }
    long queue =
        settings == null
            ? USUAL_QUEUE
            : settings.shared().listeners().stream()
                .mapToLong(each -> each.backlog())
                .max()
                .orElse(0);
    queue(found, "net.core.somaxconn", machine.acceptQueue(), queue);
    queue(found, "net.ipv4.tcp_max_syn_backlog", machine.synQueue(), queue / 2);
    if (machine.ports().limit() < MANY_PORTS) {
      found.add(
          new Finding(
              "net.ipv4.ip_local_port_range",
              machine.ports().first() + " " + machine.ports().last(),
              "at least " + MANY_PORTS + " ports",
              "sysctl -w net.ipv4.ip_local_port_range='10240 65535'"));
    }
    if (machine.ports().reuse() == 0 || !machine.ports().timestamps()) {
      found.add(
          new Finding(
              machine.ports().timestamps() ? "net.ipv4.tcp_tw_reuse" : "net.ipv4.tcp_timestamps",
              "0",
              "1: else a port of a session that ended here is not used again for a minute, which"
                  + " allows "
                  + machine.ports().limit() / 60
                  + " new sessions a second to each port of a server",
              "sysctl -w net.ipv4.tcp_tw_reuse=1 net.ipv4.tcp_timestamps=1"));
    }
    return found;
  }

  private static void queue(List<Finding> found, String name, long value, long expected) {
    if (value < expected) {
      found.add(
          new Finding(
              name,
              String.valueOf(value),
              "at least " + expected + ": else a storm of clients is cut short",
              "sysctl -w " + name + "=" + expected));
    }
  }
}
