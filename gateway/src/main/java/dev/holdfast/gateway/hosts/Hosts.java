package dev.holdfast.gateway.hosts;

import dev.holdfast.time.ControlLoop;
import dev.holdfast.time.ThreadLoop;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The address of each host name in use. A literal address is known at once; a name is asked for on
 * threads of this class, first when it is wanted and then every period.
 *
 * <pre>
 * the answer still has the address in use   it stays in use
 * it has not                                the first of the answer, IPv4 before IPv6, by value
 * the address in use does not serve         the next of the answer
 * no answer                                 the last address stays in use
 * never had an answer                       asked every second
 * </pre>
 */
public final class Hosts implements AutoCloseable {
  /** Names that are asked for at once; one that hangs holds up no other. */
  private static final int LOOKUPS_AT_ONCE = 4;

  private static final Duration UNKNOWN_PERIOD = Duration.ofSeconds(1);

  /** A name that fails for long is named in the log so often. */
  private static final Duration REMIND = Duration.ofMinutes(1);

  private static final Comparator<InetAddress> ORDER =
      Comparator.<InetAddress, Boolean>comparing(address -> !(address instanceof Inet4Address))
          .thenComparing(InetAddress::getAddress, Arrays::compareUnsigned);

  private static final Logger LOG = LoggerFactory.getLogger(Hosts.class);

  /** How a name is asked for; blocks. */
  @FunctionalInterface
  interface Lookup {
    /** All addresses of a name, at least one. */
    InetAddress[] all(String host) throws UnknownHostException;
  }

  /** What is known of a name. */
  private static final class Name {
    List<InetAddress> answer = List.of();
    long failedNanos;
    boolean failing;
    boolean asked;
  }

  private final ControlLoop loop;
  private final Executor lookups;
  private final Lookup lookup;
  private final Runnable end;
  private final Map<String, InetAddress> inUse = new ConcurrentHashMap<>();
  private final Map<String, Name> names = new HashMap<>(); // the loop's
  private volatile Set<String> wanted = Set.of();

  /**
   * Knows no host.
   *
   * @param period between two resolutions of a name
   */
  public static Hosts start(Duration period) {
    ThreadLoop loop = new ThreadLoop("holdfast-hosts");
    ThreadPoolExecutor lookups =
        new ThreadPoolExecutor(
            LOOKUPS_AT_ONCE,
            LOOKUPS_AT_ONCE,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "holdfast-lookup");
              thread.setDaemon(true);
              return thread;
            });
    lookups.allowCoreThreadTimeOut(true);
    return new Hosts(
        loop,
        lookups,
        InetAddress::getAllByName,
        period,
        () -> {
          loop.close();
          lookups.shutdownNow();
        });
  }

  Hosts(ControlLoop loop, Executor lookups, Lookup lookup, Duration period, Runnable end) {
    this.loop = loop;
    this.lookups = lookups;
    this.lookup = lookup;
    this.end = end;
    loop.every(period, () -> List.copyOf(names.keySet()).forEach(this::ask));
    loop.every(UNKNOWN_PERIOD, this::askUnknown);
  }

  /** From now on these names are resolved and no others. Any thread. */
  public void want(Set<String> hosts) {
    wanted = Set.copyOf(hosts);
    Set<String> byName = new HashSet<>();
    for (String host : hosts) {
      byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
      if (literal == null) {
        byName.add(host);
      } else {
        inUse.put(host, literal(literal));
      }
    }
    loop.execute(
        () -> {
          names.keySet().retainAll(byName);
          inUse.keySet().retainAll(wanted); // of the latest call
          for (String host : byName) {
            if (!names.containsKey(host)) {
              names.put(host, new Name());
              ask(host);
            }
          }
        });
  }

  /** The address, null if it is not known yet. Any thread; never waits. */
  public @Nullable InetAddress address(String host) {
    return inUse.get(host);
  }

  /**
   * The address does not serve: if it is in use and the name has others, the next one is used from
   * now on. Any thread.
   */
  public void failed(String host, InetAddress address) {
    loop.execute(
        () -> {
          Name name = names.get(host);
          if (name == null || name.answer.size() < 2 || !address.equals(inUse.get(host))) {
            return;
          }
          int at = name.answer.indexOf(address);
          use(host, name, name.answer.get((at + 1) % name.answer.size()));
        });
  }

  @Override
  public void close() {
    end.run();
  }

  private void askUnknown() {
    for (String host : List.copyOf(names.keySet())) {
      if (!inUse.containsKey(host)) {
        ask(host);
      }
    }
  }

  /** At most one question for a name at a time. */
  private void ask(String host) {
    Name name = names.get(host);
    if (name == null || name.asked) {
      return;
    }
    name.asked = true;
    lookups.execute(
        () -> {
          try {
            List<InetAddress> answer = new ArrayList<>(List.of(lookup.all(host)));
            answer.sort(ORDER);
            loop.execute(() -> answered(host, name, List.copyOf(answer)));
          } catch (UnknownHostException | RuntimeException e) {
            loop.execute(() -> failed(host, name, e));
          }
        });
  }

  private void answered(String host, Name name, List<InetAddress> answer) {
    name.asked = false;
    if (names.get(host) != name) {
      return; // not wanted any more
    }
    if (name.failing) {
      name.failing = false;
      LOG.info("A host can be resolved again host={}", host);
    }
    name.answer = answer;
    InetAddress before = inUse.get(host);
    if (before == null || !answer.contains(before)) {
      use(host, name, answer.get(0));
    }
  }

  private void use(String host, Name name, InetAddress address) {
    InetAddress before = inUse.put(host, address);
    LOG.info(
        "A host has an address host={} address={} before={} of={}",
        host,
        address.getHostAddress(),
        before == null ? null : before.getHostAddress(),
        name.answer.size());
  }

  private void failed(String host, Name name, Exception cause) {
    name.asked = false;
    if (names.get(host) != name) {
      return;
    }
    long now = loop.nanos();
    if (!name.failing || now - name.failedNanos >= REMIND.toNanos()) {
      name.failing = true;
      name.failedNanos = now;
      InetAddress last = inUse.get(host);
      LOG.warn(
          "A host cannot be resolved host={} goes-on-with={} cause={}",
          host,
          last == null ? null : last.getHostAddress(),
          cause.toString());
    }
  }

  private static InetAddress literal(byte[] raw) {
    try {
      return InetAddress.getByAddress(raw);
    } catch (UnknownHostException e) {
      throw new AssertionError(e); // 4 or 16 bytes
    }
  }
}
