package dev.holdfast.gateway.admit;

import dev.holdfast.config.Cidr;
import dev.holdfast.words.Source;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Who may connect: the longest network that holds an address decides, and deny wins a tie. An
 * address that no network holds is denied. Immutable.
 *
 * <p>One map look-up for each prefix length in use, whatever the number of networks.
 */
public final class AccessList {
  private final Map<Source, Boolean>[] byLength;
  private final int[] v4Lengths;
  private final int[] v6Lengths;

  /** A list of networks that may and that may not connect. */
  public AccessList(List<Cidr> allow, List<Cidr> deny) {
    Map<Integer, Map<Source, Boolean>> v4 = new HashMap<>();
    Map<Integer, Map<Source, Boolean>> v6 = new HashMap<>();
    for (Cidr cidr : allow) {
      of(cidr, v4, v6).putIfAbsent(cidr.base(), true);
    }
    for (Cidr cidr : deny) {
      of(cidr, v4, v6).put(cidr.base(), false);
    }
    v4Lengths = lengths(v4);
    v6Lengths = lengths(v6);
    byLength = tables(v4, v6);
  }

  private static Map<Source, Boolean> of(
      Cidr cidr, Map<Integer, Map<Source, Boolean>> v4, Map<Integer, Map<Source, Boolean>> v6) {
    return (cidr.base().isV4() ? v4 : v6).computeIfAbsent(cidr.prefix(), length -> new HashMap<>());
  }

  private static int[] lengths(Map<Integer, Map<Source, Boolean>> networks) {
    return new TreeSet<>(networks.keySet())
        .descendingSet().stream().mapToInt(Integer::intValue).toArray();
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
  private Map<Source, Boolean>[] tables(
      Map<Integer, Map<Source, Boolean>> v4, Map<Integer, Map<Source, Boolean>> v6) {
    Map<Source, Boolean>[] tables = new Map[v4Lengths.length + v6Lengths.length];
    for (int i = 0; i < v4Lengths.length; i++) {
      tables[i] = v4.get(v4Lengths[i]);
    }
    for (int i = 0; i < v6Lengths.length; i++) {
      tables[v4Lengths.length + i] = v6.get(v6Lengths[i]);
    }
    return tables;
  }

  /** True if the address, not cut, may connect. */
  public boolean allows(Source address) {
    boolean v4 = address.isV4();
    int[] lengths = v4 ? v4Lengths : v6Lengths;
    int first = v4 ? 0 : v4Lengths.length;
    for (int i = 0; i < lengths.length; i++) {
      Boolean verdict = byLength[first + i].get(address.cut(lengths[i], lengths[i]));
      if (verdict != null) {
        return verdict;
      }
    }
    return false;
  }
}
