package dev.holdfast.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The JSON Schema (draft 2020-12) of the configuration file, for editors. */
public final class JsonSchema {
  private JsonSchema() {}

  /** The schema as text; the same on every machine. */
  public static String text() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "Holdfast configuration");
    schema.putAll(Schema.DOCUMENT.schema());
    JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    try {
      return mapper.writeValueAsString(schema) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("schema", e);
    }
  }
}
