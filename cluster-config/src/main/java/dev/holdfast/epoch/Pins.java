package dev.holdfast.epoch;

import dev.holdfast.epoch.Epoch.Pin;
import dev.holdfast.table.SlotHash;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The pins of the next epoch, from the epoch before it and the claims of those who took part (rule
 * 10). Pure.
 */
final class Pins {
  private final Epoch base;
  private final Epoch proposal;
  private final BitSet touched;
  private final Map<Source, Diversion> diversions;

  /**
   * For one decision.
   *
   * @param base the epoch before
   * @param proposal the next one, with the operators' pins
   * @param touched slots of the change
   * @param diversions as the owners of their keys have them
   */
  Pins(Epoch base, Epoch proposal, BitSet touched, Map<Source, Diversion> diversions) {
    this.base = base;
    this.proposal = proposal;
    this.touched = touched;
    this.diversions = diversions;
  }

  /**
   * The pins: operators', those of untouched slots, and one for each claimed source of a touched
   * slot that the new table would send elsewhere.
   *
   * @param claims of all who took part
   * @param limit pins at most; above it the claims without sessions are left out, then those of the
   *     highest sources
   */
  Map<Source, Pin> of(List<Claim> claims, int limit) {
    Map<Source, Pin> pins = new HashMap<>(proposal.pins());
    base.pins()
        .forEach(
            (source, pin) -> {
              if (!touched.get(SlotHash.slot(source))) {
                pins.putIfAbsent(source, pin);
              }
            });
    Map<Source, Set<ServerName>> live = new TreeMap<>();
    Map<Source, Set<ServerName>> recent = new TreeMap<>();
    for (Claim claim : claims) {
      if (touched.get(SlotHash.slot(claim.source()))) {
        collect(live, claim.source(), claim.live());
        collect(recent, claim.source(), claim.recent());
      }
    }
    live.forEach(
        (source, used) -> add(pins, source, used, recent.getOrDefault(source, Set.of()), limit));
    recent.forEach(
        (source, used) -> {
          if (!live.containsKey(source)) {
            add(pins, source, Set.of(), used, limit);
          }
        });
    return pins;
  }

  private void collect(Map<Source, Set<ServerName>> all, Source source, Set<ServerName> claimed) {
    for (ServerName server : claimed) {
      if (proposal.serves(server) && counts(source, server)) {
        all.computeIfAbsent(source, key -> new TreeSet<>()).add(server);
      }
    }
  }

  /**
   * In a slot that this change gives back to the table only the server counts that the table of
   * before says: sources elsewhere are to go there, and those who are there stay one. Where it was
   * given back already, only the present answer counts: it was the table's when it was given back.
   */
  private boolean counts(Source source, ServerName server) {
    int slot = SlotHash.slot(source);
    if (!proposal.givenBack(slot)) {
      return true;
    }
    return server.equals(
        base.givenBack(slot)
            ? base.server(source, slot, diversions.get(source))
            : base.table().server(slot));
  }

  private void add(
      Map<Source, Pin> pins,
      Source source,
      Set<ServerName> live,
      Set<ServerName> recent,
      int limit) {
    int slot = SlotHash.slot(source);
    ServerName best = best(source, slot, live, recent);
    if (!best.equals(proposal.table().server(slot)) && pins.size() < limit) {
      pins.putIfAbsent(source, new Pin(best, false));
    }
  }

  private ServerName best(Source source, int slot, Set<ServerName> live, Set<ServerName> recent) {
    @Nullable ServerName present = base.server(source, slot, diversions.get(source));
    Set<ServerName> all = new HashSet<>(live);
    all.addAll(recent);
    if (present != null && all.contains(present)) {
      return present;
    }
    return (live.isEmpty() ? recent : live).iterator().next(); // sorted by name
  }
}
