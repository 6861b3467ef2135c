package dev.holdfast.gateway.header;

import dev.holdfast.words.Source;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Version 1: one line of text. Read as the specification has it and no other way: one space between
 * words, no zeros in front of numbers, CR and LF at the end.
 */
final class HeaderLine {
  static final byte[] BEGIN = {'P', 'R', 'O', 'X', 'Y', ' '};

  /** Bytes of a line with its end at most. */
  static final int MOST_BYTES = 107;

  /** Characters of an address at most: IPv6 with an IPv4 address at its end. */
  private static final int ADDRESS = 45;

  private static final HeaderReading.Bad WRONG =
      new HeaderReading.Bad(
          "v1 line: unreadable (expected: PROXY TCP4|TCP6 CLIENT TARGET PORT PORT or PROXY"
              + " UNKNOWN)");

  private final byte[] bytes;
  private final int end;
  private int at = BEGIN.length;

  private HeaderLine(byte[] bytes, int end) {
    this.bytes = bytes;
    this.end = end;
  }

  /** Reads bytes that begin as a line does. */
  static HeaderReading read(byte[] bytes) {
    int end = BEGIN.length;
    while (end < bytes.length && end < MOST_BYTES && bytes[end] != '\r') {
      if (bytes[end] == '\n') {
        return HeaderReader.bad("v1 line: byte " + end, '\n', "13 before it");
      }
      end++;
    }
    if (end >= MOST_BYTES - 1) {
      return HeaderReader.bad("v1 line", end + 1, "its end within " + MOST_BYTES + " bytes");
    }
    if (end + 1 >= bytes.length) {
      return HeaderReading.PART;
    }
    if (bytes[end + 1] != '\n') {
      return HeaderReader.bad("v1 line: byte " + (end + 1), bytes[end + 1] & 0xff, "10 after 13");
    }
    return new HeaderLine(bytes, end).read();
  }

  private HeaderReading read() {
    int length = end + 2;
    if (takes("UNKNOWN") && (at == end || bytes[at] == ' ')) {
      return new HeaderReading.Whole(length, null); // the rest is to be ignored
    }
    at = BEGIN.length;
    boolean v4 = takes("TCP4 ");
    if (!v4 && !takes("TCP6 ")) {
      return WRONG;
    }
    Source client = v4 ? address4() : address6();
    Source target = client == null || !takes(" ") ? null : v4 ? address4() : address6();
    if (client == null || target == null || !takes(" ")) {
      return WRONG;
    }
    int clientPort = number(65_535);
    int targetPort = clientPort < 0 || !takes(" ") ? -1 : number(65_535);
    return targetPort < 0 || at != end
        ? WRONG
        : new HeaderReading.Whole(
            length,
            new Declared(client, clientPort, target, targetPort, Told.NOTHING, Declared.NOTHING));
  }

  private boolean takes(String word) {
    if (end - at < word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (bytes[at + i] != word.charAt(i)) {
        return false;
      }
    }
    at += word.length();
    return true;
  }

  /** A number without zeros in front, -1 if there is none. */
  private int number(int most) {
    int from = at;
    int number = 0;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9' && number <= most) {
      number = number * 10 + bytes[at++] - '0';
    }
    boolean zeros = at - from > 1 && bytes[from] == '0';
    return at == from || zeros || number > most ? -1 : number;
  }

  private @Nullable Source address4() {
    long address = 0;
    for (int i = 0; i < 4; i++) {
      int part = i > 0 && !takes(".") ? -1 : number(255);
      if (part < 0) {
        return null;
      }
      address = address << 8 | part;
    }
    return Source.v4(address, 32);
  }

  private @Nullable Source address6() {
    int from = at;
    boolean colon = false;
    while (at < end && at - from < ADDRESS && isOfAddress(bytes[at])) {
      colon |= bytes[at++] == ':';
    }
    if (!colon) { // without one it would be read as IPv4
      return null;
    }
    String text = new String(bytes, from, at - from, StandardCharsets.US_ASCII);
    return NetUtil.isValidIpV6Address(text) ? Source.parse(text) : null;
  }

  private static boolean isOfAddress(byte b) {
    return b >= '0' && b <= ':' || b == '.' || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F';
  }
}
