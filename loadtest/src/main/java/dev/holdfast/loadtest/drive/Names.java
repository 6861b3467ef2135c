package dev.holdfast.loadtest.drive;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Numbers for the names that servers say; at most {@value #MOST}, all others are one. Any thread.
 */
final class Names {
  private static final int MOST = 4096;

  private final ConcurrentHashMap<String, Integer> numbers = new ConcurrentHashMap<>();
  private final CopyOnWriteArrayList<String> names = new CopyOnWriteArrayList<>();

  int number(String name) {
    Integer known = numbers.get(name);
    return known == null ? add(name) : known;
  }

  private synchronized int add(String name) {
    Integer known = numbers.get(name);
    if (known == null) {
      if (names.size() >= MOST) {
        return MOST;
      }
      known = names.size();
      names.add(name);
      numbers.put(name, known);
    }
    return known;
  }

  String name(int number) {
    List<String> all = names;
    return number < all.size() ? all.get(number) : "(more than " + MOST + " names)";
  }
}
