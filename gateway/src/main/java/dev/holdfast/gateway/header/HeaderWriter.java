package dev.holdfast.gateway.header;

import dev.holdfast.words.Source;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes PROXY headers. A header fits into one segment unless the client's own was larger. */
public final class HeaderWriter {
  private HeaderWriter() {}

  /** Version 1. Where one end is IPv6 the other is written as mapped to it. */
  public static byte[] v1(Declared of) {
    boolean v4 = of.client().isV4() && of.target().isV4();
    String line =
        (v4 ? "PROXY TCP4 " : "PROXY TCP6 ")
            + text(of.client(), v4)
            + ' '
            + text(of.target(), v4)
            + ' '
            + of.clientPort()
            + ' '
            + of.targetPort()
            + "\r\n";
    return line.getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(Source address, boolean v4) {
    return address.isV4() && !v4 ? "::ffff:" + address : address.toString();
  }

  /**
   * Version 2, with what came with the client's header, as far as all of it is no more than we
   * would read.
   *
   * @param uniqueId of the session, at most 128 characters of ASCII
   * @param node its name
   */
  public static byte[] v2(Declared of, String uniqueId, String node) {
    boolean v4 = of.client().isV4() && of.target().isV4();
    byte[] id = uniqueId.getBytes(StandardCharsets.US_ASCII);
    byte[] name = node.getBytes(StandardCharsets.UTF_8);
    int own =
        (v4 ? HeaderReader.INET_BYTES : HeaderReader.INET6_BYTES)
            + HeaderFields.HEAD
            + id.length
            + HeaderFields.HEAD
            + name.length;
    int passedOn = fitting(of.passedOn(), HeaderReader.MOST_BYTES - HeaderReader.FIXED_BYTES - own);
    ByteBuffer header = begin(0x21, v4 ? 0x11 : 0x21, own + passedOn);
    address(header, of.client(), v4);
    address(header, of.target(), v4);
    header.putShort((short) of.clientPort()).putShort((short) of.targetPort());
    field(header, HeaderFields.UNIQUE_ID, id);
    field(header, HeaderFields.NODE, name);
    return header.put(of.passedOn(), 0, passedOn).array();
  }

  /** Bytes of the fields that fit, the first ones. */
  private static int fitting(byte[] fields, int most) {
    int end = 0;
    while (end < fields.length) {
      int next = end + HeaderFields.HEAD + HeaderReader.word(fields, end + 1);
      if (next > most) {
        return end;
      }
      end = next;
    }
    return end;
  }

  /** Version 2 of a connection that nobody else's stands behind, as that of a check. */
  public static byte[] local() {
    return begin(0x20, 0, 0).array();
  }

  private static ByteBuffer begin(int versionAndCommand, int family, int length) {
    return ByteBuffer.allocate(HeaderReader.FIXED_BYTES + length)
        .put(HeaderReader.SIGNATURE)
        .put((byte) versionAndCommand)
        .put((byte) family)
        .putShort((short) length);
  }

  private static void address(ByteBuffer header, Source address, boolean v4) {
    if (v4) {
      header.putInt((int) address.low());
    } else {
      header.putLong(address.high()).putLong(address.low()); // of IPv4 that is the mapped one
    }
  }

  private static void field(ByteBuffer header, int type, byte[] value) {
    header.put((byte) type).putShort((short) value.length).put(value);
  }
}
