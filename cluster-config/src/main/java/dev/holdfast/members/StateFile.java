package dev.holdfast.members;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.holdfast.store.Rows;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The bytes of one state file: a line, then the value as JSON.
 *
 * <pre>
 * holdfast-state NAME FORMAT length=BYTES crc32c=HEX
 * {"...":...}
 * </pre>
 *
 * <p>The checksum is over all that is not the checksum, the rest of the line included: a bit that
 * flipped in the format number must not let a value be read as one of another format. The length
 * tells a torn file from a damaged one. Pure.
 */
final class StateFile {
  /** Bytes of a file at most. */
  static final long LARGEST = 64L << 20;

  private static final String MAGIC = "holdfast-state";
  private static final int LONGEST_HEAD = 256;

  /** One byte a character: no byte of a line can change without a character changing. */
  private static final Charset TEXT = StandardCharsets.ISO_8859_1;

  private StateFile() {}

  /** A file cannot be read; the message says why in a few words. */
  static final class Unreadable extends IOException {
    private static final long serialVersionUID = 1L;

    Unreadable(String why) {
      super(why);
    }
  }

  static <T> byte[] encode(StateFolder.Kind<T> kind, T value) throws IOException {
    byte[] body = Rows.json().writeValueAsBytes(value);
    String head = MAGIC + " " + kind.name() + " " + kind.format() + " length=" + body.length;
    byte[] line = (head + " crc32c=" + checksum(head, body, 0) + "\n").getBytes(TEXT);
    byte[] bytes = Arrays.copyOf(line, line.length + body.length);
    System.arraycopy(body, 0, bytes, line.length, body.length);
    if (bytes.length > LARGEST) {
      throw new IOException(
          kind.name() + ": " + bytes.length + " bytes (expected: at most 64 MiB)");
    }
    return bytes;
  }

  static <T> T decode(StateFolder.Kind<T> kind, byte[] bytes) throws Unreadable {
    int end = 0;
    while (end < Math.min(bytes.length, LONGEST_HEAD) && bytes[end] != '\n') {
      end++;
    }
    String line = new String(bytes, 0, end, TEXT);
    String[] words = line.split(" ", -1);
    if (!words[0].equals(MAGIC) && !MAGIC.startsWith(line)) {
      throw new Unreadable("foreign");
    }
    int from = end + 1;
    if (words.length != 5 || from > bytes.length || !words[4].startsWith("crc32c=")) {
      throw new Unreadable("torn");
    }
    if (!words[3].equals("length=" + (bytes.length - from))) {
      throw new Unreadable("torn");
    }
    String head = line.substring(0, line.lastIndexOf(' '));
    if (!words[4].equals("crc32c=" + checksum(head, bytes, from))) {
      throw new Unreadable("damaged");
    }
    if (!words[1].equals(kind.name())) {
      throw new Unreadable("of another kind: " + words[1]);
    }
    int format = Integer.parseInt(words[2]); // the checksum says that this program wrote it
    if (format > kind.format() + 1) {
      throw new Unreadable("of format " + format + ", known is " + kind.format());
    }
    return value(kind, bytes, from);
  }

  private static <T> T value(StateFolder.Kind<T> kind, byte[] bytes, int from) throws Unreadable {
    try {
      T value = Rows.json().readValue(bytes, from, bytes.length - from, kind.type());
      if (value == null) {
        throw new Unreadable("empty");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new Unreadable("a value that breaks rules of this version: " + e.getOriginalMessage());
    } catch (IOException | RuntimeException e) {
      throw new Unreadable("a value that breaks rules of this version: " + e.getMessage());
    }
  }

  private static String checksum(String head, byte[] bytes, int from) {
    CRC32C crc = new CRC32C();
    crc.update(head.getBytes(TEXT));
    crc.update(bytes, from, bytes.length - from);
    return Long.toHexString(crc.getValue());
  }
}
