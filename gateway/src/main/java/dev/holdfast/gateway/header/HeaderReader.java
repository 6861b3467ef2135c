package dev.holdfast.gateway.header;

import dev.holdfast.words.Source;

/**
 * Reads a PROXY header, version 1 or 2, from the first bytes of a connection, however few there
 * are. What cannot become a header is told at the first byte that is wrong. Allocates nothing but
 * the answer.
 */
public final class HeaderReader {
  /**
   * Bytes of a header at most. Version 2 could name 65,551; what proxies send fits into one segment
   * of 536, and HAProxy refuses a field of more than 1,024.
   */
  public static final int MOST_BYTES = 4096;

  static final int SIGNATURE_BYTES = 12;
  static final int FIXED_BYTES = 16;
  static final int INET_BYTES = 12;
  static final int INET6_BYTES = 36;
  private static final int UNIX_BYTES = 216;

  static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};

  private HeaderReader() {}

  /**
   * Reads what came so far.
   *
   * @param bytes from the first on; those after the header are not looked at
   */
  public static HeaderReading read(byte[] bytes) {
    if (bytes.length == 0) {
      return HeaderReading.PART;
    }
    byte[] begin = bytes[0] == SIGNATURE[0] ? SIGNATURE : HeaderLine.BEGIN;
    for (int i = 0; i < Math.min(begin.length, bytes.length); i++) {
      if (bytes[i] != begin[i]) {
        return bad("byte " + i, bytes[i] & 0xff, "a PROXY header");
      }
    }
    if (bytes.length < begin.length) {
      return HeaderReading.PART;
    }
    return begin == SIGNATURE ? block(bytes) : HeaderLine.read(bytes);
  }

  static HeaderReading bad(String name, int value, String rule) {
    return new HeaderReading.Bad(name + ": " + value + " (expected: " + rule + ")");
  }

  static int word(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }

  /** Version 2. */
  private static HeaderReading block(byte[] bytes) {
    if (bytes.length > SIGNATURE_BYTES && (bytes[12] & 0xff) >>> 4 != 2) {
      return bad("version", (bytes[12] & 0xff) >>> 4, "2");
    }
    if (bytes.length < FIXED_BYTES) {
      return HeaderReading.PART;
    }
    int command = bytes[12] & 0xf;
    int family = (bytes[13] & 0xff) >>> 4;
    int transport = bytes[13] & 0xf;
    int length = word(bytes, 14);
    if (command > 1) {
      return bad("command", command, "0 LOCAL, 1 PROXY");
    }
    if (FIXED_BYTES + length > MOST_BYTES) {
      return bad("length", FIXED_BYTES + length, "at most " + MOST_BYTES);
    }
    if (command == 1 && (family > 3 || transport > 2)) {
      return bad("family and transport", bytes[13] & 0xff, "0x00 to 0x32");
    }
    int addresses = command == 0 ? 0 : addressBytes(family);
    if (length < addresses) {
      return bad("length", length, addresses + " for the addresses at least");
    }
    if (bytes.length < FIXED_BYTES + length) {
      return HeaderReading.PART;
    }
    if (command == 0 || family == 0) { // the proxy's own; what else it says is to be ignored
      return new HeaderReading.Whole(FIXED_BYTES + length, null);
    }
    HeaderFields fields = new HeaderFields(bytes, FIXED_BYTES + addresses, FIXED_BYTES + length);
    String fault = fields.fault();
    if (fault != null) {
      return new HeaderReading.Bad(fault);
    }
    boolean isTcp = transport == 1 && family != 3;
    return new HeaderReading.Whole(
        FIXED_BYTES + length, isTcp ? declared(bytes, family == 1, fields) : null);
  }

  private static int addressBytes(int family) {
    return switch (family) {
      case 1 -> INET_BYTES;
      case 2 -> INET6_BYTES;
      case 3 -> UNIX_BYTES;
      default -> 0;
    };
  }

  private static Declared declared(byte[] bytes, boolean v4, HeaderFields fields) {
    int each = v4 ? 4 : 16;
    int ports = FIXED_BYTES + 2 * each;
    return new Declared(
        address(bytes, FIXED_BYTES, v4),
        word(bytes, ports),
        address(bytes, FIXED_BYTES + each, v4),
        word(bytes, ports + 2),
        fields.told(),
        fields.passedOn());
  }

  private static Source address(byte[] bytes, int at, boolean v4) {
    return v4
        ? Source.v4(number(bytes, at, 4), 32)
        : Source.of(number(bytes, at, 8), number(bytes, at + 8, 8), 32, 128);
  }

  private static long number(byte[] bytes, int from, int length) {
    long number = 0;
    for (int i = from; i < from + length; i++) {
      number = number << 8 | bytes[i] & 0xff;
    }
    return number;
  }
}
