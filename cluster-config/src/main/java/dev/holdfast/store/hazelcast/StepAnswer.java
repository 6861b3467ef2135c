package dev.holdfast.store.hazelcast;

import dev.holdfast.store.Rows;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What an owner says after a step, as bytes: one byte for the kind, then the value. A failure
 * travels as text, so that no exception of ours has to be serialized.
 */
final class StepAnswer {
  private static final byte NOTHING = 0;
  private static final byte VALUE = 1;
  private static final byte FAILURE = 2;

  private StepAnswer() {}

  static byte[] of(@Nullable Object answer) {
    return answer == null ? new byte[] {NOTHING} : tagged(VALUE, Rows.bytes(answer));
  }

  static byte[] failure(RuntimeException failure) {
    return tagged(FAILURE, String.valueOf(failure).getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] tagged(byte kind, byte[] body) {
    byte[] all = new byte[body.length + 1];
    all[0] = kind;
    System.arraycopy(body, 0, all, 1, body.length);
    return all;
  }

  /** Why the owner did not run the step, or null if it did. */
  static @Nullable String failure(byte[] answer) {
    return answer[0] == FAILURE
        ? new String(answer, 1, answer.length - 1, StandardCharsets.UTF_8)
        : null;
  }

  /** The value of the answer to a step that ran, or null. */
  static <R> @Nullable R value(byte[] answer, Class<R> type) {
    return answer[0] == NOTHING
        ? null
        : Rows.value(Arrays.copyOfRange(answer, 1, answer.length), type);
  }
}
