package dev.holdfast.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One thing in which two shared configurations differ. Listeners, pools and servers are found by
 * name, so their order is never a difference. What is there in one only is one difference as a
 * whole; a default is no difference to the same value written out.
 *
 * @param key as the file names it, with names for places in lists: {@code
 *     pools[chat].servers[app-1].weight}
 * @param kind what happens to it
 * @param before as the admin API would answer it; null if it is added, or was none
 * @param after likewise; null if it is removed, or is to be none
 */
public record Difference(String key, Kind kind, @Nullable Object before, @Nullable Object after) {
  /** What happens to a thing. */
  public enum Kind {
    /** It is new. */
    ADDED,
    /** It has another value. */
    CHANGED,
    /** It goes. */
    REMOVED
  }

  /** What would change, in the order of the documentation, things in lists by name. */
  public static List<Difference> between(SharedConfig before, SharedConfig after) {
    List<Difference> found = new ArrayList<>();
    if (!before.equals(after)) {
      compare("", ConfigJson.of(before), ConfigJson.of(after), found);
    }
    return found;
  }

  private static void compare(
      String key, Map<String, ?> before, Map<String, ?> after, List<Difference> found) {
    before.forEach(
        (name, old) -> {
          String inner = key.isEmpty() ? kebab(name) : key + "." + kebab(name);
          Object next = after.get(name);
          if (!Objects.equals(old, next)) {
            value(inner, old, next, found);
          }
        });
  }

  private static void value(
      String key, @Nullable Object before, @Nullable Object after, List<Difference> found) {
    if (isGroup(before) && isGroup(after)) {
      compare(key, group(before), group(after), found);
    } else if (isNamed(before) && isNamed(after)) {
      named(key, byName(before), byName(after), found);
    } else {
      found.add(new Difference(key, Kind.CHANGED, before, after));
    }
  }

  private static void named(
      String key,
      Map<String, Map<String, ?>> before,
      Map<String, Map<String, ?>> after,
      List<Difference> found) {
    TreeMap<String, Object> all = new TreeMap<>(before);
    all.putAll(after);
    for (String name : all.keySet()) {
      String inner = key + "[" + name + "]";
      Map<String, ?> old = before.get(name);
      Map<String, ?> next = after.get(name);
      if (old == null) {
        found.add(new Difference(inner, Kind.ADDED, null, next));
      } else if (next == null) {
        found.add(new Difference(inner, Kind.REMOVED, old, null));
      } else {
        compare(inner, old, next, found);
      }
    }
  }

  private static boolean isGroup(@Nullable Object value) {
    return value instanceof Map<?, ?>;
  }

  /** A list of things with names; those of the configuration are never empty. */
  private static boolean isNamed(@Nullable Object value) {
    return value instanceof List<?> list
        && !list.isEmpty()
        && list.stream().allMatch(item -> item instanceof Map<?, ?> map && map.containsKey("name"));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, ?> group(@Nullable Object value) {
    return (Map<String, ?>) Objects.requireNonNull(value);
  }

  private static Map<String, Map<String, ?>> byName(@Nullable Object value) {
    Map<String, Map<String, ?>> all = new LinkedHashMap<>();
    for (Object item : (List<?>) Objects.requireNonNull(value)) {
      all.put(String.valueOf(group(item).get("name")), group(item));
    }
    return all;
  }

  private static String kebab(String camel) {
    StringBuilder text = new StringBuilder();
    for (char c : camel.toCharArray()) {
      text.append(Character.isUpperCase(c) ? "-" + Character.toLowerCase(c) : c);
    }
    return text.toString();
  }

  /** A line for people: {@code key: before -> after}. */
  @Override
  public String toString() {
    return switch (kind) {
      case ADDED -> key + ": added";
      case REMOVED -> key + ": removed";
      case CHANGED -> key + ": " + text(before) + " -> " + text(after);
    };
  }

  private static String text(@Nullable Object value) {
    return value == null ? "none" : String.valueOf(value);
  }
}
