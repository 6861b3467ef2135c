package dev.holdfast.store.hazelcast;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import dev.holdfast.store.Step;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The steps that this process knows: no other class is ever made from bytes that another member
 * sent. Every member of a cluster must know the steps of the others under the same names.
 */
public final class StepTypes {
  /**
   * One kind of step.
   *
   * @param name how it is called on the wire
   * @param type its class
   * @param row class of its rows
   * @param answer class of its answers
   */
  record Type(String name, Class<?> type, Class<?> row, Class<?> answer) {}

  private final Map<String, Type> byName = new HashMap<>();
  private final Map<Class<?>, Type> byClass = new HashMap<>();

  /**
   * Knows the given steps by their names.
   *
   * @param steps name on the wire -> class
   * @throws IllegalArgumentException if a class does not say which row and answer it has, or stands
   *     there twice
   */
  public StepTypes(Map<String, ? extends Class<?>> steps) {
    steps.forEach(this::add);
  }

  /**
   * Knows the given steps by their simple class names.
   *
   * @throws IllegalArgumentException as the constructor, and if two have the same name
   */
  public static StepTypes of(List<? extends Class<?>> steps) {
    Map<String, Class<?>> named = new HashMap<>();
    for (Class<?> step : steps) {
      if (named.put(step.getSimpleName(), step) != null) {
        throw new IllegalArgumentException(
            "step: " + step.getName() + " (expected: a simple name of its own)");
      }
    }
    return new StepTypes(named);
  }

  private void add(String name, Class<?> step) {
    JavaType type = TypeFactory.defaultInstance().constructType(step).findSuperType(Step.class);
    Class<?> row = argument(step, type, 0);
    Class<?> answer = argument(step, type, 1);
    Type known = new Type(name, step, row, answer);
    byName.put(name, known);
    if (byClass.put(step, known) != null) {
      throw new IllegalArgumentException(
          "step: " + step.getName() + " (expected: one name for one class)");
    }
  }

  private static Class<?> argument(Class<?> step, @Nullable JavaType type, int index) {
    JavaType argument = type == null ? null : type.containedType(index);
    if (argument == null || argument.getRawClass() == Object.class || argument.hasGenericTypes()) {
      throw new IllegalArgumentException(
          "step: "
              + step.getName()
              + " (expected: a Step<V, R> whose V and R are plain classes, such as records)");
    }
    return argument.getRawClass();
  }

  /**
   * The kind of a step.
   *
   * @throws IllegalArgumentException if this process does not know it
   */
  Type of(Step<?, ?> step) {
    Type type = byClass.get(step.getClass());
    if (type == null) {
      throw new IllegalArgumentException(unknown(step.getClass().getName()));
    }
    return type;
  }

  /**
   * The kind of a step by its name on the wire.
   *
   * @throws IllegalArgumentException if this process does not know it
   */
  Type named(String name) {
    Type type = byName.get(name);
    if (type == null) {
      throw new IllegalArgumentException(unknown(name));
    }
    return type;
  }

  private String unknown(String name) {
    return "step: " + name + " (expected: one of " + new TreeSet<>(byName.keySet()) + ")";
  }
}
