package dev.holdfast.gateway.path;

import dev.holdfast.config.Host;
import dev.holdfast.directory.Trial;
import dev.holdfast.gateway.relay.Relay;
import dev.holdfast.gateway.relay.SocketSettings;
import dev.holdfast.gateway.session.SessionLoop;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.ListenerName;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening sockets: for each address one a loop, which share it by {@code SO_REUSEPORT}.
 * Before they do, the address is tried without it, because two gateways would share it silently
 * otherwise. An address that goes from one listener to another stays open: from then on who comes
 * is the other's. Addresses can be held for a configuration that is not in force yet. Guarded by
 * its own lock.
 */
final class Doors {
  private static final Logger LOG = LoggerFactory.getLogger(Doors.class);

  /** An address; with port 0, where each listener gets a port of its own, also whose it is. */
  private record Key(HostPort address, @Nullable ListenerName listener) {
    static Key of(ListenerName listener, HostPort address) {
      return new Key(address, address.port() == 0 ? listener : null);
    }
  }

  /** An address that is open, or about to be. */
  private static final class Open {
    final List<Relay.Door> doors = new ArrayList<>();
    volatile ListenerName listener;

    Open(ListenerName listener) {
      this.listener = listener;
    }
  }

  private final List<SessionLoop> loops;
  private final Map<Key, Open> open = new LinkedHashMap<>();
  private final Map<String, Map<HostPort, SocketChannel>> held = new HashMap<>();
  private Map<ListenerName, SocketSettings> settings = Map.of();

  /** Of doors that are closed. */
  private final LongAdder pastFaults = new LongAdder();

  Doors(List<SessionLoop> loops) {
    this.loops = loops;
  }

  /**
   * Opens what is missing, puts settings in force, then closes what is not wanted any more.
   *
   * @param wanted where each listener is to listen
   * @param sockets how its sockets are set up
   * @return fails with a {@link BindFault} if an address cannot be had; the others stay open
   */
  synchronized Future<Void> want(
      Map<ListenerName, List<HostPort>> wanted, Map<ListenerName, SocketSettings> sockets) {
    settings = Map.copyOf(sockets);
    List<Future<?>> steps = new ArrayList<>();
    Map<Key, ListenerName> keys = new LinkedHashMap<>();
    wanted.forEach(
        (listener, addresses) ->
            addresses.forEach(address -> keys.put(Key.of(listener, address), listener)));
    keys.forEach(
        (key, listener) -> {
          Open known = open.get(key);
          if (known == null) {
            steps.add(open(key, listener));
          } else {
            known.listener = listener;
            known.doors.forEach(door -> door.tune(settings(listener)));
          }
        });
    for (Key key : List.copyOf(open.keySet())) {
      if (!keys.containsKey(key)) {
        steps.add(stop(open.remove(key)));
      }
    }
    return Future.join(steps).mapEmpty();
  }

  /** Ends listening without a reset for anybody who connected. */
  synchronized Future<Void> stopAll() {
    List<Future<?>> steps = new ArrayList<>();
    open.values().forEach(doors -> steps.add(stop(doors)));
    open.clear();
    return Future.join(steps).mapEmpty();
  }

  /** Where each listener listens. */
  synchronized Map<ListenerName, List<InetSocketAddress>> addresses() {
    Map<ListenerName, List<InetSocketAddress>> found = new LinkedHashMap<>();
    open.values()
        .forEach(
            one -> {
              if (!one.doors.isEmpty()) {
                found
                    .computeIfAbsent(one.listener, first -> new ArrayList<>())
                    .add(one.doors.get(0).address());
              }
            });
    return found;
  }

  /** Times that accepting failed. */
  synchronized long faults() {
    return pastFaults.sum()
        + open.values().stream()
            .flatMap(one -> one.doors.stream())
            .mapToLong(Relay.Door::faults)
            .sum();
  }

  private Future<Void> stop(Open one) {
    List<Future<?>> steps = new ArrayList<>();
    for (Relay.Door door : one.doors) {
      steps.add(door.stop().onComplete(stopped -> pastFaults.add(door.faults())));
    }
    return Future.join(steps).mapEmpty();
  }

  private Future<Void> open(Key key, ListenerName listener) {
    InetSocketAddress address;
    try {
      address = resolved(key.address());
      if (!isHeld(key.address()) && !overlapsOpen(key.address())) {
        Binding.tryAlone(address);
      }
    } catch (IOException e) {
      return Future.failedFuture(fault(listener, key, e));
    }
    Open mine = new Open(listener);
    open.put(key, mine);
    Future<Relay.Door> first = listen(loops.get(0), mine, address);
    return first
        .compose(
            door -> {
              List<Future<Relay.Door>> all = new ArrayList<>();
              all.add(first);
              for (SessionLoop loop : loops.subList(1, loops.size())) {
                all.add(listen(loop, mine, door.address())); // the port is known now
              }
              return Future.join(all)
                  .onComplete(
                      joined -> {
                        synchronized (this) {
                          all.stream()
                              .filter(Future::succeeded)
                              .map(Future::result)
                              .forEach(mine.doors::add);
                        }
                      });
            })
        .<Void>compose(
            all -> {
              synchronized (this) {
                return open.get(key) == mine ? Future.succeededFuture() : stop(mine);
              }
            })
        .recover(
            cause -> {
              synchronized (this) {
                open.remove(key, mine);
              }
              return stop(mine)
                  .transform(stopped -> Future.failedFuture(fault(listener, key, cause)));
            });
  }

  private Future<Relay.Door> listen(SessionLoop loop, Open one, InetSocketAddress address) {
    return loop.relay()
        .listen(
            address,
            settings(one.listener),
            (client, port) -> loop.look(one.listener, client, port),
            link -> loop.accept(one.listener, link));
  }

  private synchronized SocketSettings settings(ListenerName listener) {
    return settings.getOrDefault(listener, SocketSettings.USUAL);
  }

  private static InetSocketAddress resolved(HostPort address) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
  }

  private static BindFault fault(ListenerName listener, Key key, Throwable cause) {
    String why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new BindFault(
        "listener "
            + listener
            + ": "
            + key.address()
            + " (expected: an address of this machine with a free port; "
            + why.lines().findFirst().orElse(why)
            + ")",
        cause);
  }

  // ---------------------------------------------------------------- for what is not in force yet

  /**
   * Holds the addresses that are not open yet, all or none, until {@link #letGo}.
   *
   * @param name for whom
   * @return what is in the way; empty if all are held
   */
  synchronized List<Trial.Objection> hold(String name, Map<ListenerName, List<HostPort>> wanted) {
    letGo(name);
    List<Trial.Objection> objections = new ArrayList<>();
    Map<HostPort, ListenerName> seen = new LinkedHashMap<>();
    Map<HostPort, SocketChannel> mine = new HashMap<>();
    wanted.forEach(
        (listener, addresses) -> {
          for (HostPort address : addresses) {
            String rule = hindrance(listener, address, seen, mine);
            seen.put(address, listener);
            if (rule != null) {
              String key = "listeners[" + listener + "].bind";
              objections.add(new Trial.Objection(key, address.toString(), rule));
            }
          }
        });
    held.put(name, mine);
    if (!objections.isEmpty()) {
      letGo(name);
    }
    return objections;
  }

  private @Nullable String hindrance(
      ListenerName listener,
      HostPort address,
      Map<HostPort, ListenerName> seen,
      Map<HostPort, SocketChannel> mine) {
    for (Map.Entry<HostPort, ListenerName> other : seen.entrySet()) {
      if (overlap(address, other.getKey())) {
        return "an address of its own; listener " + other.getValue() + " has it";
      }
    }
    return open.containsKey(Key.of(listener, address)) ? null : take(address, mine);
  }

  private @Nullable String take(HostPort address, Map<HostPort, SocketChannel> mine) {
    InetSocketAddress resolved;
    try {
      resolved = resolved(address);
    } catch (UnknownHostException e) {
      return "a host name that can be resolved";
    }
    if (!isHeld(address) && !overlapsOpen(address)) {
      String hindrance = Binding.hindrance(resolved);
      if (hindrance != null) {
        return hindrance;
      }
    }
    try {
      mine.put(address, Binding.hold(resolved));
      return null;
    } catch (IOException e) {
      LOG.debug("An address cannot be held address={}", address, e);
      return Host.has(resolved.getAddress())
          ? "a port that is not in use"
          : "an address of this machine";
    }
  }

  /** Lets go what is held for somebody; what is open by now stays open. */
  synchronized void letGo(String name) {
    Map<HostPort, SocketChannel> mine = held.remove(name);
    if (mine != null) {
      for (SocketChannel socket : mine.values()) {
        try {
          socket.close();
        } catch (IOException e) {
          LOG.debug("A held address did not close", e);
        }
      }
    }
  }

  private boolean isHeld(HostPort address) {
    return held.values().stream().anyMatch(mine -> mine.containsKey(address));
  }

  /** True if a door of this very process would be found on the address, open on it or around it. */
  private boolean overlapsOpen(HostPort address) {
    return open.keySet().stream().anyMatch(key -> overlap(key.address(), address));
  }

  private static boolean overlap(HostPort a, HostPort b) {
    if (a.port() != b.port() || a.port() == 0) {
      return false;
    }
    boolean sameFamily = a.host().contains(":") == b.host().contains(":");
    return a.host().equals(b.host()) || (sameFamily && (isAny(a) || isAny(b)));
  }

  private static boolean isAny(HostPort address) {
    return address.host().equals("0.0.0.0") || address.host().equals("::");
  }
}
