package dev.holdfast.gateway.path;

import dev.holdfast.gateway.relay.Relay;
import dev.holdfast.gateway.session.SessionLoop;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.ListenerName;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * The listening sockets: for each address one a loop, which share it by {@code SO_REUSEPORT}.
 * Before they do, the address is tried without it, because two gateways would share it silently
 * otherwise. Guarded by its own lock.
 */
final class Doors {
  private record Key(ListenerName listener, HostPort address) {}

  private final List<SessionLoop> loops;
  private final Map<Key, List<Relay.Door>> open = new LinkedHashMap<>();

  /** Of doors that are closed. */
  private final LongAdder pastFaults = new LongAdder();

  Doors(List<SessionLoop> loops) {
    this.loops = loops;
  }

  /**
   * Opens what is missing, then closes what is not wanted any more.
   *
   * @return fails with a {@link BindFault} if an address cannot be had; the others stay open
   */
  synchronized Future<Void> want(Map<ListenerName, List<HostPort>> wanted) {
    List<Future<?>> steps = new ArrayList<>();
    for (Map.Entry<ListenerName, List<HostPort>> listener : wanted.entrySet()) {
      for (HostPort address : listener.getValue()) {
        Key key = new Key(listener.getKey(), address);
        if (!open.containsKey(key)) {
          steps.add(open(key));
        }
      }
    }
    for (Key key : List.copyOf(open.keySet())) {
      if (!wanted.getOrDefault(key.listener(), List.of()).contains(key.address())) {
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
    open.forEach(
        (key, doors) -> {
          if (!doors.isEmpty()) {
            found
                .computeIfAbsent(key.listener(), first -> new ArrayList<>())
                .add(doors.get(0).address());
          }
        });
    return found;
  }

  /** Times that accepting failed. */
  synchronized long faults() {
    return pastFaults.sum()
        + open.values().stream().flatMap(List::stream).mapToLong(Relay.Door::faults).sum();
  }

  private Future<Void> stop(List<Relay.Door> doors) {
    List<Future<?>> steps = new ArrayList<>();
    for (Relay.Door door : doors) {
      steps.add(door.stop().onComplete(stopped -> pastFaults.add(door.faults())));
    }
    return Future.join(steps).mapEmpty();
  }

  private Future<Void> open(Key key) {
    InetSocketAddress address;
    try {
      address =
          new InetSocketAddress(InetAddress.getByName(key.address().host()), key.address().port());
      tryAlone(address);
    } catch (IOException e) {
      return Future.failedFuture(fault(key, e));
    }
    List<Relay.Door> doors = new ArrayList<>();
    open.put(key, doors);
    Future<Relay.Door> first = listen(loops.get(0), key, address);
    return first
        .compose(
            door -> {
              List<Future<Relay.Door>> all = new ArrayList<>();
              all.add(first);
              for (SessionLoop loop : loops.subList(1, loops.size())) {
                all.add(listen(loop, key, door.address())); // the port is known now
              }
              return Future.join(all)
                  .onComplete(
                      joined -> {
                        synchronized (this) {
                          all.stream()
                              .filter(Future::succeeded)
                              .map(Future::result)
                              .forEach(doors::add);
                        }
                      });
            })
        .<Void>compose(
            all -> {
              synchronized (this) {
                return open.get(key) == doors ? Future.succeededFuture() : stop(doors);
              }
            })
        .recover(
            cause -> {
              synchronized (this) {
                open.remove(key, doors);
              }
              return stop(doors).transform(stopped -> Future.failedFuture(fault(key, cause)));
            });
  }

  private static Future<Relay.Door> listen(SessionLoop loop, Key key, InetSocketAddress address) {
    return loop.relay().listen(address, link -> loop.accept(key.listener(), link));
  }

  private static void tryAlone(InetSocketAddress address) throws IOException {
    try (SocketChannel probe = SocketChannel.open()) {
      probe.setOption(StandardSocketOptions.SO_REUSEADDR, true); // connections of before may linger
      probe.bind(address);
    }
  }

  private static BindFault fault(Key key, Throwable cause) {
    String why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new BindFault(
        "listener "
            + key.listener()
            + ": "
            + key.address()
            + " (expected: an address of this machine with a free port; "
            + why.lines().findFirst().orElse(why)
            + ")",
        cause);
  }
}
