package dev.holdfast.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.holdfast.words.Source;

/**
 * A network: an address and the number of its leading bits that count.
 *
 * @param base the address with all other bits zero
 * @param prefix 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record Cidr(Source base, int prefix) {
  /**
   * Reads {@code ADDRESS/PREFIX}, or an address alone.
   *
   * @throws IllegalArgumentException if the text has another form or bits beyond the prefix are set
   */
  @JsonCreator
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    try {
      Source address = Source.parse(slash < 0 ? text : text.substring(0, slash));
      int width = address.isV4() ? 32 : 128;
      int prefix = slash < 0 ? width : Integer.parseInt(text.substring(slash + 1));
      if (prefix < 0 || prefix > width || !address.cut(prefix, prefix).equals(address)) {
        throw new IllegalArgumentException("bits beyond the prefix");
      }
      return new Cidr(address, prefix);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "network: " + text + " (expected: ADDRESS/PREFIX, no bit set beyond the prefix)", e);
    }
  }

  /** True if the address, kept whole, lies in this network. */
  public boolean contains(Source address) {
    return address.isV4() == base.isV4() && address.cut(prefix, prefix).equals(base);
  }

  @Override
  @JsonValue
  public String toString() {
    return base + "/" + prefix;
  }
}
