package dev.holdfast.config;

import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Faults of values that are good alone and contradict each other. */
final class Contradictions {
  /** An address that this node would open. */
  private record Opened(Slot slot, HostPort address) {}

  private Contradictions() {}

  /** Each value of a list once. */
  static void unique(List<Slot> items, Faults faults) {
    Map<Object, Slot> first = new HashMap<>();
    for (Slot slot : items) {
      Slot earlier = first.putIfAbsent(slot.raw(), slot);
      if (earlier != null) {
        faults.add(slot, "each once; the first is " + earlier.spot().dotted());
      }
    }
  }

  /** Each name once in a list of groups. */
  static <T> void uniqueNames(Values values, Key<?, List<T>> list, Key<T, ?> name, Faults faults) {
    unique(
        values.groups(list).stream().flatMap(group -> group.slot(name).stream()).toList(), faults);
  }

  /** A duration that another one bounds. */
  static void atMost(
      Values values,
      Key<?, Duration> small,
      Key<?, Duration> large,
      String largeName,
      Faults faults) {
    Optional<Duration> low = values.find(small);
    Optional<Duration> high = values.find(large);
    if (low.isPresent() && high.isPresent() && low.get().compareTo(high.get()) > 0) {
      Slot slot = values.slot(small).orElseThrow();
      Slot other = values.slot(large).orElseThrow();
      if (slot.given() || !other.given()) {
        faults.add(slot, "at most " + largeName + ", " + Durations.text(high.get()));
      } else {
        faults.add(other, "at least " + small.name() + ", " + Durations.text(low.get()));
      }
    }
  }

  /** The admin API off loopback without anybody to ask for a token. */
  static void openAdmin(Values admin, Faults faults) {
    admin
        .slot(NodeKeys.ADMIN_BIND)
        .filter(slot -> !admin.faulty(NodeKeys.TOKENS_FILE))
        .filter(slot -> admin.slot(NodeKeys.TOKENS_FILE).map(Slot::raw).isEmpty())
        .filter(slot -> !isLoopback(((HostPort) slot.raw()).host()))
        .ifPresent(slot -> faults.add(slot, "a loopback address, or a tokens-file"));
  }

  /** A log that is to rotate and is no file. */
  static void rotatedStream(Values log, Faults faults) {
    Slot to = log.slot(NodeKeys.LOG_TO).orElse(null);
    if (to == null || !to.raw().equals("stdout") && !to.raw().equals("none")) {
      return;
    }
    log.group(NodeKeys.LOG_ROTATE)
        .flatMap(
            rotate ->
                List.of(NodeKeys.ROTATE_BYTES, NodeKeys.ROTATE_AGE).stream()
                    .flatMap(key -> rotate.slot(key).stream())
                    .filter(slot -> slot.raw() != null)
                    .findFirst())
        .ifPresent(slot -> faults.add(slot, "none, unless access-log.to is a path"));
  }

  /** True for an address that only this machine reaches. */
  static boolean isLoopback(String host) {
    return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.\\d{1,3}){3}");
  }

  /** A host name that cannot name a node; more sessions than this process has files for. */
  static void hostDefaults(Values node, Faults faults) {
    Host host = node.reading().host();
    if (!node.met(NodeKeys.NAME)) {
      try {
        new NodeName(host.name());
      } catch (IllegalArgumentException e) {
        Spot spot = Spot.ROOT.key("node").key("name");
        faults.add(node.place(), spot, host.name(), NodeKeys.NAME.shape().rule());
      }
    }
    node.slot(NodeKeys.MAX_SESSIONS)
        .filter(slot -> (Integer) slot.raw() > host.maxSessions())
        .ifPresent(
            slot ->
                faults.warn(
                    slot,
                    "the open-file limit of "
                        + host.openFiles()
                        + " suffices for "
                        + host.maxSessions()));
  }

  /** A majority counted from fewer nodes than are named, or from one where many are looked for. */
  static void tooFewExpected(Values cluster, Faults faults) {
    cluster
        .slot(Schema.JOIN)
        .filter(slot -> ((Join) slot.raw()).dns() != null && !cluster.met(Schema.EXPECTED_NODES))
        .ifPresent(
            slot -> faults.warn(slot, "without expected-nodes the majority is counted from 1"));
    int named = cluster.find(Schema.JOIN).map(join -> join.members().size()).orElse(0);
    cluster
        .slot(Schema.EXPECTED_NODES)
        .filter(slot -> (Integer) slot.raw() < named)
        .ifPresent(slot -> faults.add(slot, "at least the length of join, " + named));
  }

  /** All that concerns several parts of the document. */
  static void all(Values document, Faults faults) {
    uniqueNames(document, Schema.LISTENERS, ListenerKeys.NAME, faults);
    uniqueNames(document, Schema.POOLS, PoolKeys.POOL_NAME, faults);
    Set<Object> pools = names(document, Schema.POOLS, PoolKeys.POOL_NAME);
    boolean poolsKnown = !faults.hides(Spot.ROOT.key("pools"), "name");
    for (Values listener : document.groups(Schema.LISTENERS)) {
      listener
          .slot(ListenerKeys.POOL)
          .filter(slot -> poolsKnown && !pools.contains(slot.raw()))
          .ifPresent(slot -> faults.add(slot, "a pool: " + words(pools)));
    }
    collide(binds(document.groups(Schema.LISTENERS)), faults);
    document
        .group(Schema.NODE)
        .ifPresent(
            node -> {
              node(document, node, pools, faults);
              own(document, node, faults);
            });
  }

  private static void node(Values document, Values node, Set<Object> pools, Faults faults) {
    Set<Object> listeners = names(document, Schema.LISTENERS, ListenerKeys.NAME);
    boolean listenersKnown = !faults.hides(Spot.ROOT.key("listeners"), "name");
    boolean poolsKnown = !faults.hides(Spot.ROOT.key("pools"), "name");
    for (Naming.Pair pair : node.pairs(NodeKeys.LISTENERS)) {
      if (listenersKnown && !listeners.contains(pair.name().raw())) {
        faults.add(pair.name(), "a listener: " + words(listeners));
      }
    }
    for (Naming.Pair pair : node.pairs(NodeKeys.SOURCE_ADDRESSES)) {
      if (poolsKnown && !pools.contains(pair.name().raw())) {
        faults.add(pair.name(), "a pool: " + words(pools));
      }
      unique(Listing.slots(pair.value().raw()), faults);
    }
  }

  private static List<Opened> binds(List<Values> listeners) {
    List<Opened> opened = new ArrayList<>();
    for (Values listener : listeners) {
      for (Slot slot : listener.items(ListenerKeys.BIND)) {
        opened.add(new Opened(slot, (HostPort) slot.raw()));
      }
    }
    return opened;
  }

  /** What this very node opens: where it replaces a bind, its own address counts. */
  private static void own(Values document, Values node, Faults faults) {
    Set<Object> replaced = new HashSet<>();
    node.pairs(NodeKeys.LISTENERS).forEach(pair -> replaced.add(pair.name().raw()));
    List<Opened> kept =
        binds(
            document.groups(Schema.LISTENERS).stream()
                .filter(
                    listener ->
                        listener
                            .slot(ListenerKeys.NAME)
                            .map(slot -> !replaced.contains(slot.raw()))
                            .orElse(true))
                .toList());
    List<Opened> mine = new ArrayList<>();
    for (Naming.Pair pair : node.pairs(NodeKeys.LISTENERS)) {
      mine.add(new Opened(pair.value(), (HostPort) pair.value().raw()));
    }
    List<Key<NodeSettings, HostPort>> keys =
        List.of(NodeKeys.MEMBER, NodeKeys.WATCH, NodeKeys.EVENT_BUS, NodeKeys.PROBE);
    for (Key<NodeSettings, HostPort> key : keys) {
      node.find(key).ifPresent(at -> mine.add(new Opened(node.slot(key).orElseThrow(), at)));
    }
    node.group(NodeKeys.NODE_ADMIN)
        .flatMap(admin -> admin.slot(NodeKeys.ADMIN_BIND))
        .ifPresent(slot -> mine.add(new Opened(slot, (HostPort) slot.raw())));
    for (int i = 0; i < mine.size(); i++) {
      List<Opened> before = new ArrayList<>(kept);
      before.addAll(mine.subList(0, i));
      clash(mine.get(i), before, faults);
    }
  }

  private static void collide(List<Opened> opened, Faults faults) {
    for (int i = 1; i < opened.size(); i++) {
      clash(opened.get(i), opened.subList(0, i), faults);
    }
  }

  private static void clash(Opened one, List<Opened> others, Faults faults) {
    others.stream()
        .filter(other -> overlap(one.address(), other.address()))
        .findFirst()
        .ifPresent(
            other ->
                faults.add(
                    one.slot().given() ? one.slot() : other.slot(),
                    "an address of its own; also at "
                        + (one.slot().given() ? other : one).slot().spot().dotted()));
  }

  private static boolean overlap(HostPort a, HostPort b) {
    if (a.port() != b.port() || a.port() == 0) {
      return false;
    }
    boolean sameFamily = isV6(a.host()) == isV6(b.host());
    return host(a).equals(host(b)) || (sameFamily && (isWildcard(a) || isWildcard(b)));
  }

  private static boolean isWildcard(HostPort address) {
    return address.host().equals("0.0.0.0") || host(address).equals("::");
  }

  private static boolean isV6(String host) {
    return host.contains(":");
  }

  private static String host(HostPort address) {
    String host = address.host();
    return isV6(host) ? Source.parse(host).toString() : host;
  }

  private static <T> Set<Object> names(Values values, Key<?, List<T>> list, Key<T, ?> name) {
    Set<Object> names = new HashSet<>();
    values.groups(list).forEach(group -> group.slot(name).ifPresent(slot -> names.add(slot.raw())));
    return names;
  }

  private static String words(Set<Object> names) {
    TreeSet<String> sorted = new TreeSet<>();
    names.forEach(name -> sorted.add(name.toString()));
    return sorted.isEmpty() ? "none is given" : Tree.brief(String.join(", ", sorted));
  }
}
