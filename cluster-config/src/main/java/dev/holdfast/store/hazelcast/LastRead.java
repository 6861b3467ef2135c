package dev.holdfast.store.hazelcast;

import dev.holdfast.store.Rows;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the rows of a table said when they were read last: one that did not change is not decoded
 * again. Confined to the control loop.
 */
final class LastRead {
  private static final int MOST = 256;

  private record Row(byte[] bytes, Object value) {}

  private final Map<String, Row> rows =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Row> eldest) {
          return size() > MOST;
        }
      };

  /** The value of a row, by its bytes. */
  <V> V value(String key, byte[] bytes, Class<V> type) {
    Row last = rows.get(key);
    if (last != null && type.isInstance(last.value()) && Arrays.equals(last.bytes(), bytes)) {
      return type.cast(last.value());
    }
    V value = Rows.value(bytes, type);
    rows.put(key, new Row(bytes, value));
    return value;
  }
}
