package dev.holdfast.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values by name.
 *
 * @param name shape of the names
 * @param value shape of the values
 * @param max names at most
 * @param <N> type of the names
 * @param <T> type of the values
 */
record Naming<N, T>(Leaf<N> name, Shape<T> value, int max) implements Shape<Map<N, T>> {
  /**
   * One name and its value.
   *
   * @param name a slot of the name
   * @param value a slot of the value
   */
  record Pair(Slot name, Slot value) {}

  @Override
  public String rule() {
    return "at most " + max + " names, each with " + value.rule();
  }

  @Override
  public @Nullable Slot read(Tree tree, Spot spot, Reading reading) {
    if (tree instanceof Tree.Broken) {
      return null;
    }
    if (!(tree instanceof Tree.Fields fields) || fields.fields().size() > max) {
      reading.faults().add(tree.place(), spot, tree.show(), rule());
      return null;
    }
    List<Pair> pairs = new ArrayList<>();
    for (Tree.Field field : fields.fields()) {
      Spot inner = spot.key(field.name());
      Tree.Scalar text = new Tree.Scalar(field.place(), Tree.Kind.TEXT, field.name(), true);
      Slot left = name.read(text, inner, reading);
      Slot right = value.read(field.value(), inner, reading);
      if (left != null && right != null) {
        pairs.add(new Pair(left, right));
      }
    }
    return new Slot(pairs, tree.place(), spot, tree.show(), true);
  }

  @Override
  public Slot standard(Map<N, T> values, Place place, Spot spot) {
    List<Pair> pairs = new ArrayList<>();
    values.forEach(
        (key, one) ->
            pairs.add(new Pair(name.standard(key, place, spot), value.standard(one, place, spot))));
    return new Slot(pairs, place, spot, "{}", false);
  }

  /** The pairs of a map's raw part. */
  @SuppressWarnings("unchecked")
  static List<Pair> pairs(Object raw) {
    return (List<Pair>) raw;
  }

  @Override
  public Map<N, T> make(Object raw) {
    Map<N, T> all = new LinkedHashMap<>();
    pairs(raw)
        .forEach(pair -> all.put(name.make(pair.name().raw()), value.make(pair.value().raw())));
    return all;
  }

  @Override
  public Object json(Map<N, T> values) {
    Map<String, Object> all = new LinkedHashMap<>();
    values.forEach((key, one) -> all.put(String.valueOf(name.json(key)), value.json(one)));
    return all;
  }

  @Override
  public Map<String, Object> schema() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("type", "object");
    object.put("propertyNames", name.schema());
    object.put("additionalProperties", value.schema());
    object.put("maxProperties", max);
    return object;
  }
}
