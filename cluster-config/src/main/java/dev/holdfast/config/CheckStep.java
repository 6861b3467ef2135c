package dev.holdfast.config;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.holdfast.config.Check.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How a step of a check is written: one key that says what is done, and with what. */
final class CheckStep implements Shape<Step> {
  /** Bytes of one step at most. */
  static final int MAX_BYTES = 4096;

  private static final Map<Step.Kind, Leaf<String>> LEAVES = new LinkedHashMap<>();

  static {
    LEAVES.put(Step.Kind.SEND, Leaves.text(MAX_BYTES));
    LEAVES.put(Step.Kind.SEND_HEX, hex());
    LEAVES.put(Step.Kind.EXPECT, Leaves.text(MAX_BYTES));
    LEAVES.put(Step.Kind.EXPECT_HEX, hex());
    LEAVES.put(Step.Kind.EXPECT_REGEX, regex());
  }

  private static Leaf<String> hex() {
    String pattern = "([0-9A-Fa-f]{2} ?){1," + MAX_BYTES + "}";
    return new Leaf<>(
        "pairs of hex digits, 1 to " + MAX_BYTES,
        Map.of("type", "string", "pattern", "^" + pattern + "$"),
        scalar -> Leaves.matching(scalar, pattern),
        value -> value,
        false);
  }

  private static Leaf<String> regex() {
    Leaf<String> text = Leaves.text(MAX_BYTES);
    return new Leaf<>(
        "a regular expression (RE2)",
        text.schema(),
        scalar -> {
          String expression = text.parse().apply(scalar);
          try {
            Pattern.compile(expression);
          } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(e);
          }
          return expression;
        },
        value -> value,
        false);
  }

  private static String name(Step.Kind kind, Form form) {
    String kebab = Leaves.word(kind);
    return form == Form.FILE ? kebab : Form.camel(kebab);
  }

  @Override
  public String rule() {
    return "one of "
        + String.join(", ", LEAVES.keySet().stream().map(kind -> name(kind, Form.FILE)).toList());
  }

  @Override
  public @Nullable Slot read(Tree tree, Spot spot, Reading reading) {
    if (tree instanceof Tree.Broken) {
      return null;
    }
    if (!(tree instanceof Tree.Fields fields) || fields.fields().size() != 1) {
      reading.faults().add(tree.place(), spot, tree.show(), rule());
      return null;
    }
    Tree.Field field = fields.fields().get(0);
    Spot inner = spot.key(field.name());
    for (Map.Entry<Step.Kind, Leaf<String>> known : LEAVES.entrySet()) {
      if (name(known.getKey(), reading.form()).equals(field.name())) {
        Slot slot = known.getValue().read(field.value(), inner, reading);
        return slot == null
            ? null
            : new Slot(
                new Step(known.getKey(), known.getValue().make(slot.raw())),
                tree.place(),
                spot,
                tree.show(),
                true);
      }
    }
    List<String> names =
        new ArrayList<>(LEAVES.keySet().stream().map(kind -> name(kind, reading.form())).toList());
    reading.faults().add(field.place(), inner, "unknown key", Nearest.rule(field.name(), names));
    return null;
  }

  @Override
  public Slot standard(Step value, Place place, Spot spot) {
    return new Slot(value, place, spot, String.valueOf(json(value)), false);
  }

  @Override
  public Step make(Object raw) {
    return (Step) raw;
  }

  @Override
  public Object json(Step value) {
    return Map.of(name(value.kind(), Form.ROW), value.text());
  }

  @Override
  public Map<String, Object> schema() {
    List<Map<String, Object>> forms = new ArrayList<>();
    LEAVES.forEach(
        (kind, leaf) -> {
          Map<String, Object> object = new LinkedHashMap<>();
          String key = name(kind, Form.FILE);
          object.put("type", "object");
          object.put("properties", Map.of(key, new TreeMap<>(leaf.schema())));
          object.put("required", List.of(key));
          object.put("additionalProperties", false);
          forms.add(object);
        });
    return Map.of("anyOf", forms);
  }
}
