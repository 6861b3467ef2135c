package dev.holdfast.gateway.ports;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The local ports of this node. Any thread. */
public final class Ports {
  private static final Logger LOG = LoggerFactory.getLogger(Ports.class);

  private static final int MOST_IDLE = 65_536;

  private record PathKey(InetAddress source, InetAddress target) {}

  private record Key(InetAddress source, InetSocketAddress target) {}

  private final long startNanos;

  /** What the system chose towards a target. */
  private final ConcurrentHashMap<InetAddress, InetAddress> choices = new ConcurrentHashMap<>();

  private final ConcurrentHashMap<PathKey, SourcePath> paths = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Key, PortTuple> tuples = new ConcurrentHashMap<>();
  private volatile LocalPorts local;

  /**
   * No port is in use.
   *
   * @param local what the kernel gives
   * @param nowNanos monotonic
   */
  public Ports(LocalPorts local, long nowNanos) {
    this.local = local;
    this.startNanos = nowNanos;
  }

  /** Forgets tuples without a port in use when there are many, as after many changes. */
  public void tidy(long nowNanos) {
    if (tuples.size() > MOST_IDLE) {
      tuples.values().removeIf(tuple -> tuple.used(nowNanos) == 0);
      paths.clear();
      choices.clear();
    }
  }

  /** The kernel's settings may have changed. */
  public void local(LocalPorts now) {
    if (!now.equals(local)) {
      LOG.info(
          "Local ports first={} last={} of each tuple={}", now.first(), now.last(), now.limit());
      local = now;
    }
  }

  /** Ports of one tuple. */
  public int limit() {
    return local.limit();
  }

  int timeWaitSeconds(InetAddress target) {
    return local.timeWaitSeconds(target);
  }

  long seconds(long nowNanos) {
    return TimeUnit.NANOSECONDS.toSeconds(nowNanos - startNanos);
  }

  /**
   * The tuples towards a server.
   *
   * @param sources our addresses; those of another family than the server's do not count
   * @param ports of the server, at least one
   */
  public PortPlan plan(List<InetAddress> sources, InetAddress server, List<Integer> ports) {
    List<SourcePath> ways = new ArrayList<>();
    for (InetAddress source : sources) {
      if (source instanceof Inet4Address == server instanceof Inet4Address) {
        ways.add(path(source, server));
      }
    }
    if (ways.isEmpty()) {
      ways.add(path(null, server));
    }
    List<PortTuple> found = new ArrayList<>();
    for (int port : ports) {
      for (SourcePath way : ways) {
        found.add(tuple(way, new InetSocketAddress(server, port)));
      }
    }
    return new PortPlan(
        server, ports, found.toArray(new PortTuple[0]), ways.toArray(new SourcePath[0]));
  }

  private SourcePath path(@Nullable InetAddress bind, InetAddress target) {
    InetAddress source = bind == null ? choices.computeIfAbsent(target, Ports::choice) : bind;
    return paths.computeIfAbsent(
        new PathKey(source, target), key -> new SourcePath(bind, source, target));
  }

  private PortTuple tuple(SourcePath path, InetSocketAddress target) {
    return tuples.computeIfAbsent(
        new Key(path.source(), target), key -> new PortTuple(this, path, target));
  }

  /** The address that the system would choose; asking costs no packet. */
  private static InetAddress choice(InetAddress target) {
    try (DatagramChannel probe = DatagramChannel.open()) {
      probe.connect(new InetSocketAddress(target, 9));
      return ((InetSocketAddress) probe.getLocalAddress()).getAddress();
    } catch (IOException | RuntimeException e) {
      LOG.debug("The system chooses no address target={}", target, e);
      return new InetSocketAddress(0).getAddress();
    }
  }
}
