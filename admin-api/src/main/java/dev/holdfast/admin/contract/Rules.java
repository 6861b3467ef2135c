package dev.holdfast.admin.contract;

import dev.holdfast.admin.problem.Problem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Holds values against schemas and says in words what was expected where. */
final class Rules {
  private final SchemaRepository schemas;

  Rules(SchemaRepository schemas) {
    this.schemas = schemas;
  }

  /** The rule that the text of a parameter breaks, empty if none. */
  Optional<String> value(JsonSchema schema, String text) {
    Object value = text;
    try {
      value =
          switch (String.valueOf(schema.<Object>get("type"))) {
            case "integer" -> Long.valueOf(text);
            case "boolean" ->
                switch (text) {
                  case "true" -> true;
                  case "false" -> false;
                  default -> text;
                };
            default -> text;
          };
    } catch (NumberFormatException e) {
      // a text is no number: the schema says so
    }
    return schemas.validator(schema).validate(value).getValid()
        ? Optional.empty()
        : Optional.of(expected((JsonObject) schema));
  }

  /** All faults of an object, sorted by their place. */
  List<Problem.Fault> object(JsonSchema schema, JsonObject body) {
    OutputUnit outcome = schemas.validator(schema).validate(body);
    if (outcome.getValid() || outcome.getErrors() == null) {
      return List.of();
    }
    Map<String, String> faults = new TreeMap<>();
    for (OutputUnit error : outcome.getErrors()) {
      String place = place(error);
      faults.put(place, expectedAt((JsonObject) schema, place));
    }
    List<Problem.Fault> leaves = new ArrayList<>();
    faults.forEach(
        (place, expected) -> {
          if (faults.keySet().stream().noneMatch(other -> other.startsWith(place + "/"))) {
            leaves.add(new Problem.Fault(place, expected));
          }
        });
    return leaves;
  }

  /** The pointer of the value that is wrong or missing. */
  private static String place(OutputUnit error) {
    String at = error.getInstanceLocation().replaceFirst("^#/?", "/").replaceFirst("/$", "");
    if (error.getKeywordLocation().endsWith("/required")) {
      String message = error.getError();
      int from = message.indexOf('"') + 1;
      return at + "/" + message.substring(from, message.lastIndexOf('"'));
    }
    return at;
  }

  private static String expectedAt(JsonObject root, String place) {
    JsonObject schema = root;
    for (String step : place.isEmpty() ? new String[0] : place.substring(1).split("/")) {
      JsonObject next = step(schema, step.replace("~1", "/").replace("~0", "~"));
      if (next == null) {
        return unknownField(schema);
      }
      schema = next;
    }
    return expected(schema);
  }

  private static @Nullable JsonObject step(JsonObject schema, String name) {
    if (schema.getValue("properties") instanceof JsonObject properties
        && properties.getValue(name) instanceof JsonObject property) {
      return property;
    }
    return schema.getValue("items") instanceof JsonObject items && name.matches("\\d+")
        ? items
        : null;
  }

  private static String unknownField(JsonObject schema) {
    if (!(schema.getValue("properties") instanceof JsonObject properties)) {
      return schema.getString("x-expected", "no fields");
    }
    TreeSet<String> names = new TreeSet<>(properties.fieldNames());
    names.removeIf(name -> name.startsWith("__")); // notes of the library
    return "no such field; known: " + String.join(", ", names);
  }

  /** The rule of a schema in words. */
  static String expected(JsonObject schema) {
    String words = schema.getString("x-expected");
    if (words != null) {
      return words;
    }
    if (schema.getValue("enum") instanceof JsonArray values) {
      return "one of " + String.join(", ", values.stream().map(String::valueOf).toList());
    }
    return switch (String.valueOf(schema.getValue("type"))) {
      case "integer", "number" -> range(schema);
      case "boolean" -> "true or false";
      case "array" -> "a list";
      case "object" -> "an object";
      default -> "text";
    };
  }

  private static String range(JsonObject schema) {
    Object from = schema.getValue("minimum");
    Object to = schema.getValue("maximum");
    return from == null || to == null ? "a whole number" : from + " to " + to;
  }
}
