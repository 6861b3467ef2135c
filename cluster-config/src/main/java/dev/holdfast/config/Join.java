package dev.holdfast.config;

import dev.holdfast.words.HostPort;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the other nodes are: a list of members, a name in the DNS, or nowhere.
 *
 * @param members addresses, empty if found by DNS or alone
 * @param dns a name, with or without a port, or null
 */
record Join(List<HostPort> members, @Nullable String dns) {
  /** A cluster of one. */
  static final Join ALONE = new Join(List.of(), null);

  private static final Listing<HostPort> LIST = new Listing<>(Leaves.address(1), 1, 64, false);

  private static final Key<Join, String> DNS =
      Key.required("dns", dnsName(), Join::dns, "a name that resolves to the members");
  private static final Group<Join> BY_NAME =
      new Group<>(List.of(DNS), values -> new Join(List.of(), values.get(DNS)));

  private static Leaf<String> dnsName() {
    Leaf<String> host = Leaves.host();
    Leaf<HostPort> address = Leaves.address(1);
    return new Leaf<>(
        "NAME or NAME:PORT",
        host.schema(),
        scalar ->
            scalar.text().contains(":")
                ? address.parse().apply(scalar).toString()
                : host.parse().apply(scalar),
        name -> name,
        false);
  }

  /** The DNS name with the given port if it has none; null if there is no name. */
  @Nullable HostPort dnsAddress(int port) {
    if (dns == null) {
      return null;
    }
    return dns.contains(":") ? HostPort.parse(dns) : new HostPort(dns, port);
  }

  /** How it is written. */
  static final class JoinShape implements Shape<Join> {
    @Override
    public String rule() {
      return "none, a list of HOST:PORT, or {dns: NAME}";
    }

    @Override
    public @Nullable Slot read(Tree tree, Spot spot, Reading reading) {
      if (tree instanceof Tree.Items) {
        Slot list = LIST.read(tree, spot, reading);
        if (list == null) {
          return null;
        }
        Contradictions.unique(Listing.slots(list.raw()), reading.faults());
        Join join = new Join(LIST.make(list.raw()), null);
        return new Slot(join, tree.place(), spot, tree.show(), true);
      }
      if (tree instanceof Tree.Fields) {
        Slot group = BY_NAME.read(tree, spot, reading);
        return ((Values) group.raw())
            .find(DNS)
            .map(dns -> new Join(List.of(), dns))
            .map(join -> new Slot(join, tree.place(), spot, tree.show(), true))
            .orElse(null);
      }
      boolean none =
          tree instanceof Tree.Scalar scalar
              && (scalar.kind() == Tree.Kind.NULL || scalar.text().equals("none"));
      if (none) {
        return new Slot(ALONE, tree.place(), spot, "none", true);
      }
      if (!(tree instanceof Tree.Broken)) {
        reading.faults().add(tree.place(), spot, tree.show(), rule());
      }
      return null;
    }

    @Override
    public Slot standard(Join value, Place place, Spot spot) {
      return new Slot(value, place, spot, "none", false);
    }

    @Override
    public Join make(Object raw) {
      return (Join) raw;
    }

    @Override
    public @Nullable Object json(Join value) {
      if (value.dns != null) {
        return BY_NAME.json(value);
      }
      return value.members.isEmpty() ? "none" : LIST.json(value.members);
    }

    @Override
    public Map<String, Object> schema() {
      Map<String, Object> none = new LinkedHashMap<>();
      none.put("enum", Arrays.asList("none", null));
      return Map.of("anyOf", List.of(none, LIST.schema(), BY_NAME.schema()));
    }
  }
}
