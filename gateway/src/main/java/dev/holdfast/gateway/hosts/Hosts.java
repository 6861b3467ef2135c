package dev.holdfast.gateway.hosts;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The address of each host name in use. A literal address is known at once; a name is asked for on
 * a thread of its own, first when it is wanted and then every period. A name that cannot be
 * resolved keeps its last address; one that never had an address is asked for every second. Of
 * several addresses the one in use stays in use while the name still has it.
 */
public final class Hosts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Hosts.class);

  private final ConcurrentHashMap<String, InetAddress> known = new ConcurrentHashMap<>();
  private final Set<String> wanted = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService resolver =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "holdfast-hosts");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Knows no host.
   *
   * @param period between two resolutions of a name
   */
  public Hosts(Duration period) {
    resolver.scheduleWithFixedDelay(
        () -> wanted.forEach(this::resolve),
        period.toMillis(),
        period.toMillis(),
        TimeUnit.MILLISECONDS);
    resolver.scheduleWithFixedDelay(this::resolveUnknown, 1, 1, TimeUnit.SECONDS);
  }

  /** From now on these names are resolved and no others. Any thread. */
  public void want(Set<String> hosts) {
    wanted.retainAll(hosts);
    known.keySet().retainAll(hosts);
    for (String host : hosts) {
      byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
      if (literal != null) {
        known.put(host, literal(literal));
      } else if (wanted.add(host)) {
        resolver.execute(() -> resolve(host));
      }
    }
  }

  /** The address, null if it is not known yet. Any thread; never waits. */
  public @Nullable InetAddress address(String host) {
    return known.get(host);
  }

  @Override
  public void close() {
    resolver.shutdownNow();
  }

  private void resolve(String host) {
    try {
      List<InetAddress> now = List.of(InetAddress.getAllByName(host));
      InetAddress before = known.get(host);
      if (wanted.contains(host) && (before == null || !now.contains(before))) {
        known.put(host, now.get(0));
        LOG.info("A host has an address host={} address={}", host, now.get(0).getHostAddress());
      }
    } catch (UnknownHostException | RuntimeException e) { // a throw would end the periodic task
      LOG.warn("A host cannot be resolved host={} cause={}", host, e.toString());
    }
  }

  /** A name that has no address yet is asked for more often. */
  private void resolveUnknown() {
    for (String host : wanted) {
      if (!known.containsKey(host)) {
        resolve(host);
      }
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
