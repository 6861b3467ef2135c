package dev.holdfast.table;

import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Pools to plan for. */
final class Pools {
  static final PoolName CHAT = new PoolName("chat");

  private Pools() {}

  static ServerName server(int number) {
    return new ServerName("app-" + number);
  }

  /** Servers {@code app-1} and on, of these weights. */
  static Map<ServerName, Integer> weights(Integer... weights) {
    return weights(Arrays.asList(weights));
  }

  static Map<ServerName, Integer> weights(List<Integer> weights) {
    TreeMap<ServerName, Integer> pool = new TreeMap<>();
    for (int i = 0; i < weights.size(); i++) {
      pool.put(server(i + 1), weights.get(i));
    }
    return pool;
  }

  static Map<ServerName, Integer> equal(int servers) {
    return weights(Collections.nCopies(servers, 100));
  }

  static Map<ServerName, Integer> without(Map<ServerName, Integer> pool, ServerName... gone) {
    TreeMap<ServerName, Integer> left = new TreeMap<>(pool);
    left.keySet().removeAll(Arrays.asList(gone));
    return left;
  }

  /** The same pool in another order. */
  static Map<ServerName, Integer> shuffled(Map<ServerName, Integer> pool, Random random) {
    List<ServerName> names = new ArrayList<>(pool.keySet());
    Collections.shuffle(names, random);
    Map<ServerName, Integer> shuffled = new LinkedHashMap<>();
    names.forEach(name -> shuffled.put(name, pool.get(name)));
    return shuffled;
  }
}
