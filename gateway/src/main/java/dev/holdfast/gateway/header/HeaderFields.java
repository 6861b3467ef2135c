package dev.holdfast.gateway.header;

import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The fields (type, length, value) after the addresses of a version 2 header. */
final class HeaderFields {
  static final int ALPN = 0x01;
  static final int AUTHORITY = 0x02;
  static final int CRC32C = 0x03;
  static final int NOOP = 0x04;
  static final int UNIQUE_ID = 0x05;
  static final int SSL = 0x20;
  static final int SSL_VERSION = 0x21;
  static final int SSL_CN = 0x22;

  /**
   * The name of the node that sent the header; of the types that are free for everybody, one that
   * none of the large clouds uses.
   */
  static final int NODE = 0xE8;

  /** Type and length of a field. */
  static final int HEAD = 3;

  private static final int MOST_UNIQUE_ID = 128;

  /** Of a host name, of a common name, of an ALPN name. */
  private static final int MOST_NAME = 255;

  private static final byte[] ZEROS = new byte[4];

  private final byte[] bytes;
  private final int begin;
  private final int end;
  private @Nullable String uniqueId;
  private @Nullable String authority;
  private @Nullable String alpn;
  private @Nullable String tls;
  private @Nullable String commonName;
  private int passed;
  private boolean hasSum;

  /**
   * Fields from one byte to another; the header ends with them.
   *
   * @param bytes from the first byte of the header on
   */
  HeaderFields(byte[] bytes, int begin, int end) {
    this.bytes = bytes;
    this.begin = begin;
    this.end = end;
  }

  /** Reads them all; says what is wrong with them, or null. */
  @Nullable String fault() {
    for (int at = begin; at < end; at += HEAD + length(at)) {
      if (end - at < HEAD || at + HEAD + length(at) > end) {
        return "field at byte " + at + ": cut off (expected: it ends with the header)";
      }
      String fault = field(bytes[at] & 0xff, at + HEAD, length(at));
      if (fault != null) {
        return fault;
      }
      passed += isPassedOn(bytes[at] & 0xff) ? HEAD + length(at) : 0;
    }
    return null;
  }

  private int length(int at) {
    return HeaderReader.word(bytes, at + 1);
  }

  private @Nullable String field(int type, int at, int length) {
    return switch (type) {
      case CRC32C -> sum(at, length);
      case SSL -> ssl(at, length);
      case UNIQUE_ID -> {
        uniqueId = first(uniqueId, at, length);
        yield tooLong("unique id", length, MOST_UNIQUE_ID);
      }
      case AUTHORITY -> {
        authority = first(authority, at, length);
        yield tooLong("authority", length, MOST_NAME);
      }
      case ALPN -> {
        alpn = first(alpn, at, length);
        yield tooLong("ALPN", length, MOST_NAME);
      }
      default -> null;
    };
  }

  private static @Nullable String tooLong(String name, int length, int most) {
    return length <= most ? null : name + ": " + length + " bytes (expected: at most " + most + ")";
  }

  /** Of several fields of one type the first counts; an empty one says nothing. */
  private @Nullable String first(@Nullable String known, int at, int length) {
    return known != null || length == 0 ? known : Told.shown(bytes, at, at + length);
  }

  /** The sum is that of the header with zeros in its place. */
  private @Nullable String sum(int at, int length) {
    if (length != 4 || hasSum) {
      return "CRC32c: " + (hasSum ? "twice" : length + " bytes") + " (expected: once, 4 bytes)";
    }
    hasSum = true;
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, at);
    sum.update(ZEROS);
    sum.update(bytes, at + 4, end - at - 4);
    long given = (long) HeaderReader.word(bytes, at) << 16 | HeaderReader.word(bytes, at + 2);
    return given == sum.getValue()
        ? null
        : String.format("CRC32c: %08x (expected: %08x)", given, sum.getValue());
  }

  /** A byte of flags, a verdict of four bytes, fields of their own. */
  private @Nullable String ssl(int at, int length) {
    int last = at + length;
    if (length < 5) {
      return "SSL: " + length + " bytes (expected: 5 or more)";
    }
    for (int inner = at + 5; inner < last; inner += HEAD + length(inner)) {
      if (last - inner < HEAD || inner + HEAD + length(inner) > last) {
        return "field at byte " + inner + ": cut off (expected: it ends with that of SSL)";
      }
      int type = bytes[inner] & 0xff;
      if (type == SSL_VERSION) {
        tls = first(tls, inner + HEAD, length(inner));
      } else if (type == SSL_CN) {
        commonName = first(commonName, inner + HEAD, length(inner));
      }
      String fault =
          type == SSL_VERSION || type == SSL_CN
              ? tooLong("SSL field " + type, length(inner), MOST_NAME)
              : null;
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  Told told() {
    boolean nothing =
        uniqueId == null && authority == null && alpn == null && tls == null && commonName == null;
    return nothing ? Told.NOTHING : new Told(uniqueId, authority, alpn, tls, commonName);
  }

  /** Servers get all that is known of a client; ours are the sum, the id and the node. */
  private static boolean isPassedOn(int type) {
    return type != CRC32C && type != NOOP && type != UNIQUE_ID && type != NODE;
  }

  byte[] passedOn() {
    if (passed == 0) {
      return Declared.NOTHING;
    }
    if (passed == end - begin) {
      return Arrays.copyOfRange(bytes, begin, end);
    }
    byte[] all = new byte[passed];
    int to = 0;
    for (int at = begin; at < end; at += HEAD + length(at)) {
      if (isPassedOn(bytes[at] & 0xff)) {
        System.arraycopy(bytes, at, all, to, HEAD + length(at));
        to += HEAD + length(at);
      }
    }
    return all;
  }
}
