package dev.holdfast.words;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Who a client is for affinity: an address cut to a prefix. An IPv4-mapped IPv6 address is the IPv4
 * address, however it arrived; scope ids are dropped.
 *
 * @param high upper 64 bits of the IPv6 form; 0 for IPv4
 * @param low lower 64 bits of the IPv6 form; {@code 0xffff} followed by the address for IPv4
 */
public record Source(long high, long low) implements Comparable<Source> {
  private static final long V4 = 0xffff_0000_0000L;

  /**
   * The source of an address.
   *
   * @param ipv4Prefix bits kept of an IPv4 address, 0 to 32
   * @param ipv6Prefix bits kept of an IPv6 address, 0 to 128
   */
  public static Source of(InetAddress address, int ipv4Prefix, int ipv6Prefix) {
    byte[] raw = address.getAddress();
    return raw.length == 4
        ? v4(word(raw, 0, 4), ipv4Prefix)
        : of(word(raw, 0, 8), word(raw, 8, 8), ipv4Prefix, ipv6Prefix);
  }

  /** The source of an IPv6 address given as two words; a mapped address becomes its IPv4 form. */
  public static Source of(long high, long low, int ipv4Prefix, int ipv6Prefix) {
    if (high == 0 && (low >>> 32) == 0xffffL) {
      return v4(low & 0xffff_ffffL, ipv4Prefix);
    }
    return new Source(
        high & mask(Math.min(64, ipv6Prefix), 64), low & mask(Math.max(0, ipv6Prefix - 64), 64));
  }

  /** The source of an IPv4 address given as an unsigned 32-bit number. */
  public static Source v4(long address, int prefix) {
    return new Source(0, V4 | (address & mask(prefix, 32)));
  }

  /**
   * Reads the text form: a literal address, kept whole.
   *
   * @throws IllegalArgumentException if the text is not a literal IPv4 or IPv6 address
   */
  @JsonCreator
  public static Source parse(String text) {
    String bare = text.contains("%") ? text.substring(0, text.indexOf('%')) : text;
    boolean literal = bare.contains(":") || bare.matches("\\d{1,3}(\\.\\d{1,3}){3}");
    if (!literal || !bare.matches("[0-9A-Fa-f:.]+")) {
      throw new IllegalArgumentException("source: " + text + " (expected: an IP address)");
    }
    try {
      return of(InetAddress.getByName(bare), 32, 128);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("source: " + text + " (expected: an IP address)", e);
    }
  }

  /** Cuts this source to shorter prefixes; the same object if nothing is cut. */
  public Source cut(int ipv4Prefix, int ipv6Prefix) {
    if (isV4() ? ipv4Prefix == 32 : ipv6Prefix == 128) {
      return this;
    }
    return of(high, low, ipv4Prefix, ipv6Prefix);
  }

  /** True if this is an IPv4 source. */
  public boolean isV4() {
    return high == 0 && (low >>> 32) == 0xffffL;
  }

  /** The address, or the lowest one of a source that was cut. */
  public InetAddress address() {
    byte[] raw = new byte[isV4() ? 4 : 16];
    for (int i = 0; i < raw.length; i++) {
      int shift = 8 * (raw.length - 1 - i);
      raw[i] = (byte) (shift >= 64 ? high >>> (shift - 64) : low >>> shift);
    }
    try {
      return InetAddress.getByAddress(raw);
    } catch (UnknownHostException e) {
      throw new AssertionError(e); // 4 or 16 bytes
    }
  }

  private static long word(byte[] raw, int from, int length) {
    long word = 0;
    for (int i = from; i < from + length; i++) {
      word = word << 8 | (raw[i] & 0xff);
    }
    return word;
  }

  private static long mask(int prefix, int width) {
    long all = width == 64 ? -1L : (1L << width) - 1;
    return prefix == 0 ? 0 : all & (all << (width - prefix));
  }

  @Override
  public int compareTo(Source other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  @Override
  @JsonValue
  public String toString() {
    InetAddress address = address();
    return address instanceof Inet4Address
        ? address.getHostAddress()
        : Ipv6Text.canonical(high, low);
  }
}
