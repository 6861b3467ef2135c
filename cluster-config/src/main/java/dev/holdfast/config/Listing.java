package dev.holdfast.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A list of values of one shape.
 *
 * @param item the shape
 * @param min items at least
 * @param max items at most
 * @param orOne a single value stands for a list of one
 * @param <T> type of the items
 */
record Listing<T>(Shape<T> item, int min, int max, boolean orOne) implements Shape<List<T>> {
  @Override
  public String rule() {
    return (min == 0 ? "a list of at most " + max : "a list of " + min + " to " + max)
        + (item instanceof Leaf<T> ? ": " + item.rule() : "");
  }

  @Override
  public @Nullable Slot read(Tree tree, Spot spot, Reading reading) {
    if (tree instanceof Tree.Broken) {
      return null;
    }
    if (!(tree instanceof Tree.Items list)) {
      boolean one = orOne && tree instanceof Tree.Scalar;
      Slot only = one ? item.read(tree, spot, reading) : null;
      if (!one) {
        reading.faults().add(tree.place(), spot, tree.show(), rule());
      }
      return only == null ? null : new Slot(List.of(only), tree.place(), spot, tree.show(), true);
    }
    if (list.items().size() < min || list.items().size() > max) {
      reading.faults().add(tree.place(), spot, list.items().size() + " items", rule());
      return null;
    }
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < list.items().size(); i++) {
      Slot slot = item.read(list.items().get(i), spot.item(i), reading);
      if (slot != null) {
        slots.add(slot);
      }
    }
    return new Slot(slots, tree.place(), spot, tree.show(), true);
  }

  @Override
  public Slot standard(List<T> value, Place place, Spot spot) {
    List<Slot> slots = new ArrayList<>();
    for (T one : value) {
      slots.add(item.standard(one, place, spot.item(slots.size())));
    }
    return new Slot(slots, place, spot, String.valueOf(json(value)), false);
  }

  /** The slots of a list's raw part. */
  @SuppressWarnings("unchecked")
  static List<Slot> slots(Object raw) {
    return (List<Slot>) raw;
  }

  @Override
  public List<T> make(Object raw) {
    return slots(raw).stream().map(slot -> item.make(slot.raw())).toList();
  }

  @Override
  public Object json(List<T> value) {
    List<Object> all = new ArrayList<>();
    value.forEach(one -> all.add(item.json(one)));
    return all;
  }

  @Override
  public Map<String, Object> schema() {
    Map<String, Object> array = new LinkedHashMap<>();
    array.put("type", "array");
    array.put("items", item.schema());
    if (min > 0) {
      array.put("minItems", min);
    }
    array.put("maxItems", max);
    return orOne ? Map.of("anyOf", List.of(item.schema(), array)) : array;
  }
}
