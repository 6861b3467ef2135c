package dev.holdfast.loadtest.words;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that sessions come from: single ones, {@code A-B}, or {@code A/PREFIX}, of one
 * family, at most {@value #MOST} of them; a larger range stands for its first so many. Of an IPv4
 * prefix the addresses whose last byte is 0 or 255 are left out.
 */
public final class Sources {
  /** So many addresses are used at most. */
  public static final int MOST = 1 << 20;

  private final String text;
  private final List<Range> ranges;
  private final int count;

  private record Range(BigInteger first, int count, int length, boolean hosts) {
    InetAddress get(int i) {
      // 254 usable of each 256
      long offset = hosts ? (long) i / 254 * 256 + i % 254 + 1 : i;
      byte[] raw = first.add(BigInteger.valueOf(offset)).toByteArray();
      byte[] address = new byte[length];
      int n = Math.min(raw.length, length);
      System.arraycopy(raw, raw.length - n, address, length - n, n);
      try {
        return InetAddress.getByAddress(address);
      } catch (UnknownHostException e) {
        throw new AssertionError(e); // 4 or 16 bytes
      }
    }
  }

  private Sources(String text, List<Range> ranges) {
    this.text = text;
    this.ranges = ranges;
    this.count = (int) Math.min(MOST, ranges.stream().mapToLong(Range::count).sum());
  }

  /**
   * Reads a list separated by commas.
   *
   * @throws BadInput if the text has another form, or families are mixed
   */
  @JsonCreator
  public static Sources parse(String text) {
    List<Range> ranges = new ArrayList<>();
    for (String part : text.split(",")) {
      ranges.add(range(part.strip()));
    }
    if (ranges.stream().mapToInt(Range::length).distinct().count() > 1) {
      throw BadInput.of("sources", text, "addresses of one family");
    }
    return new Sources(text, ranges);
  }

  private static Range range(String part) {
    int slash = part.indexOf('/');
    int dash = part.indexOf('-');
    if (slash > 0 && part.substring(slash + 1).matches("\\d{1,3}")) {
      byte[] address = literal(part.substring(0, slash), part);
      int prefix = Integer.parseInt(part.substring(slash + 1));
      int free = address.length * 8 - prefix;
      if (free >= 0) {
        BigInteger first = new BigInteger(1, address).shiftRight(free).shiftLeft(free);
        boolean hosts = address.length == 4 && free >= 8;
        long all = free > 24 ? MOST : (1L << free) / (hosts ? 256 : 1) * (hosts ? 254 : 1);
        return new Range(first, (int) Math.min(MOST, all), address.length, hosts);
      }
    } else if (dash > 0) {
      byte[] from = literal(part.substring(0, dash), part);
      byte[] to = literal(part.substring(dash + 1), part);
      BigInteger first = new BigInteger(1, from);
      BigInteger many = new BigInteger(1, to).subtract(first).add(BigInteger.ONE);
      if (from.length == to.length && many.signum() > 0) {
        int count = many.min(BigInteger.valueOf(MOST)).intValue();
        return new Range(first, count, from.length, false);
      }
    } else {
      byte[] one = literal(part, part);
      return new Range(new BigInteger(1, one), 1, one.length, false);
    }
    throw fault(part);
  }

  private static byte[] literal(String address, String part) {
    if (!address.matches("[0-9]+(\\.[0-9]+){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*")) {
      throw fault(part);
    }
    try {
      return InetAddress.getByName(address).getAddress();
    } catch (UnknownHostException e) {
      throw fault(part);
    }
  }

  private static BadInput fault(String part) {
    return BadInput.of("sources", part, "as 127.1.0.5, 127.1.0.1-127.1.0.99 or 127.1.0.0/16");
  }

  /** How many different addresses there are; at least 1. */
  public int count() {
    return count;
  }

  /** True for IPv6. */
  public boolean isIpv6() {
    return ranges.get(0).length() == 16;
  }

  /** The address of a number below {@link #count}. */
  public InetAddress get(int number) {
    int left = number;
    for (Range range : ranges) {
      if (left < range.count()) {
        return range.get(left);
      }
      left -= range.count();
    }
    throw new IndexOutOfBoundsException(number);
  }

  @Override
  @JsonValue
  public String toString() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Sources that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
