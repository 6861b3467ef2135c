package dev.holdfast.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * How rows, steps and answers become bytes: CBOR with field names, so a version reads what the one
 * after wrote. No class name is ever read from the bytes.
 */
public final class Rows {
  private static final ObjectMapper CBOR =
      CBORMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .build();
  private static final ClassValue<ObjectReader> READERS =
      new ClassValue<>() {
        @Override
        protected ObjectReader computeValue(Class<?> type) {
          return CBOR.readerFor(type);
        }
      };
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private Rows() {}

  /** The bytes of a value; the same value gives the same bytes. */
  public static byte[] bytes(Object value) {
    try {
      return CBOR.writeValueAsBytes(value);
    } catch (IOException e) {
      throw new UncheckedIOException("row of " + value.getClass().getSimpleName(), e);
    }
  }

  /**
   * The value of bytes.
   *
   * @throws UncheckedIOException if the bytes are not a value of the type
   */
  public static <T> T value(byte[] bytes, Class<T> type) {
    try {
      return READERS.get(type).readValue(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("row of " + type.getSimpleName(), e);
    }
  }

  /** The mapper for JSON that people read; shared, not to be changed. */
  public static ObjectMapper json() {
    return JSON;
  }
}
