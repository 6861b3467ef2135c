package dev.holdfast.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A fixed set of keys that make one record.
 *
 * @param keys in the order of the documentation
 * @param build the record of the values
 * @param agree adds a fault where values that are good alone contradict each other
 * @param <R> the record
 */
record Group<R>(List<Key<R, ?>> keys, Function<Values, R> build, BiConsumer<Values, Faults> agree)
    implements Shape<R> {
  /** A group whose values cannot contradict each other. */
  Group(List<Key<R, ?>> keys, Function<Values, R> build) {
    this(keys, build, (values, faults) -> {});
  }

  @Override
  public String rule() {
    return "keys: " + String.join(", ", keys.stream().map(Key::name).toList());
  }

  @Override
  public @Nullable Slot read(Tree tree, Spot spot, Reading reading) {
    if (tree instanceof Tree.Broken) {
      return null;
    }
    boolean empty = tree instanceof Tree.Scalar scalar && scalar.kind() == Tree.Kind.NULL;
    if (!empty && !(tree instanceof Tree.Fields)) {
      reading.faults().add(tree.place(), spot, tree.show(), rule());
      return null;
    }
    Values values = new Values(reading, tree.place());
    if (tree instanceof Tree.Fields fields) {
      fields.fields().forEach(field -> readField(field, spot, values));
    }
    for (Key<R, ?> key : keys) {
      if (reading.form().knows(key) && !values.met(key)) {
        standIn(key, tree.place(), spot, values);
      }
    }
    agree.accept(values, reading.faults());
    return new Slot(values, tree.place(), spot, tree.show(), true);
  }

  private void readField(Tree.Field field, Spot spot, Values values) {
    Reading reading = values.reading();
    Spot inner = spot.key(field.name());
    Optional<Key<R, ?>> known =
        keys.stream()
            .filter(key -> reading.form().knows(key))
            .filter(key -> reading.form().name(key).equals(field.name()))
            .findFirst();
    if (known.isPresent()) {
      values.put(known.get(), known.get().shape().read(field.value(), inner, reading));
    } else if (reading.form() != Form.ROW) {
      List<String> names =
          keys.stream().filter(reading.form()::knows).map(reading.form()::name).toList();
      reading.faults().add(field.place(), inner, "unknown key", Nearest.rule(field.name(), names));
    }
  }

  private <T> void standIn(Key<R, T> key, Place place, Spot spot, Values values) {
    Reading reading = values.reading();
    Spot inner = spot.key(reading.form().name(key));
    switch (key.presence()) {
      case REQUIRED -> {
        reading.faults().add(place, inner, "missing", key.shape().rule());
        values.put(key, null);
      }
      case DEFAULT ->
          values.put(
              key,
              key.standard() == null
                  ? new Slot(null, place, inner, "none", false)
                  : key.shape().standard(key.standard(), place, inner));
      case EMPTY_GROUP ->
          values.put(key, key.shape().read(new Tree.Fields(place, List.of()), inner, reading));
      case COMPUTED -> {}
    }
  }

  @Override
  public Slot standard(R value, Place place, Spot spot) {
    throw new UnsupportedOperationException("a group's defaults are those of its keys");
  }

  @Override
  public R make(Object raw) {
    return build.apply((Values) raw);
  }

  /** The record as a map with keys in camelCase, without what belongs to one node. */
  @Override
  public Map<String, @Nullable Object> json(R value) {
    Map<String, Object> all = new LinkedHashMap<>();
    for (Key<R, ?> key : keys) {
      if (!key.perNode()) {
        all.put(Form.camel(key.name()), key.json(value));
      }
    }
    return all;
  }

  /** The keys in which two records differ, as the file names them. */
  List<String> differing(String prefix, R one, R other) {
    List<String> names = new ArrayList<>();
    for (Key<R, ?> key : keys) {
      names.addAll(differing(prefix + key.name(), key, one, other));
    }
    return names;
  }

  private static <R, T> List<String> differing(String name, Key<R, T> key, R one, R other) {
    T mine = key.get().apply(one);
    T theirs = key.get().apply(other);
    if (Objects.equals(mine, theirs)) {
      return List.of();
    }
    return key.shape() instanceof Group<T> group && mine != null && theirs != null
        ? group.differing(name + ".", mine, theirs)
        : List.of(name);
  }

  @Override
  public Map<String, Object> schema() {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (Key<R, ?> key : keys) {
      properties.put(key.name(), property(key));
      if (key.presence() == Key.Presence.REQUIRED) {
        required.add(key.name());
      }
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("type", List.of("object", "null"));
    object.put("properties", properties);
    if (!required.isEmpty()) {
      object.put("type", "object");
      object.put("required", required);
    }
    object.put("additionalProperties", false);
    return object;
  }

  private static <R, T> Map<String, Object> property(Key<R, T> key) {
    Map<String, Object> property = new LinkedHashMap<>();
    property.put(
        "description",
        key.standardText() == null ? key.says() : key.says() + "; default: " + key.standardText());
    property.putAll(key.shape().schema());
    if (key.presence() == Key.Presence.DEFAULT) {
      property.put("default", key.standard() == null ? "none" : key.shape().json(key.standard()));
    }
    return property;
  }
}
