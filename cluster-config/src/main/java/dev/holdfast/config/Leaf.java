package dev.holdfast.config;

import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A single value.
 *
 * @param rule what it must be
 * @param schema the same as JSON Schema
 * @param parse the value of a scalar; throws {@link IllegalArgumentException} if it breaks the rule
 * @param write the value as JSON
 * @param canBeNone {@code none} and null are allowed and mean null
 * @param <T> type of the values
 */
record Leaf<T>(
    String rule,
    Map<String, Object> schema,
    Function<Tree.Scalar, T> parse,
    Function<T, Object> write,
    boolean canBeNone)
    implements Shape<T> {
  @Override
  public @Nullable Slot read(Tree tree, Spot spot, Reading reading) {
    if (tree instanceof Tree.Broken) {
      return null;
    }
    if (tree instanceof Tree.Scalar scalar) {
      boolean none = scalar.kind() == Tree.Kind.NULL || isNone(scalar);
      if (canBeNone && none) {
        return new Slot(null, tree.place(), spot, "none", true);
      }
      if (scalar.kind() != Tree.Kind.NULL) {
        try {
          return new Slot(parse.apply(scalar), tree.place(), spot, tree.show(), true);
        } catch (IllegalArgumentException e) {
          reading.faults().add(tree.place(), spot, tree.show(), rule);
          return null;
        }
      }
    }
    reading.faults().add(tree.place(), spot, tree.show(), rule);
    return null;
  }

  private static boolean isNone(Tree.Scalar scalar) {
    return scalar.kind() == Tree.Kind.TEXT && scalar.text().equals("none");
  }

  @Override
  public Slot standard(T value, Place place, Spot spot) {
    return new Slot(value, place, spot, String.valueOf(write.apply(value)), false);
  }

  @Override
  @SuppressWarnings("unchecked")
  public T make(Object raw) {
    return (T) raw;
  }

  @Override
  public @Nullable Object json(T value) {
    return write.apply(value);
  }
}
