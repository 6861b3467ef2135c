package dev.holdfast.loadtest.words;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * An address to connect to or to listen on, {@code HOST:PORT} or {@code [V6]:PORT}; a name is
 * resolved once, when it is read.
 *
 * @param text as it was written
 * @param address resolved
 */
public record Target(@JsonValue String text, InetSocketAddress address) {
  /**
   * Reads one.
   *
   * @throws BadInput if the text has another form or the name has no address
   */
  @JsonCreator
  public static Target parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    String port = colon < 0 ? "" : text.substring(colon + 1);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    if (!port.matches("\\d{1,5}")
        || Integer.parseInt(port) > 65535
        || !host.matches("[A-Za-z0-9:._%-]{1,253}")
        || host.contains(":") != bracketed) {
      throw BadInput.of("address", text, "HOST:PORT or [V6]:PORT");
    }
    try {
      return new Target(
          text, new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(port)));
    } catch (UnknownHostException e) {
      throw BadInput.of("address", text, "a host that has an address");
    }
  }

  /** True for IPv6. */
  public boolean isIpv6() {
    return address.getAddress() instanceof Inet6Address;
  }

  /**
   * True if a load may go there without asking: loopback, private (RFC 1918, RFC 4193) or
   * link-local.
   */
  public boolean isNear() {
    InetAddress ip = address.getAddress();
    return ip.isLoopbackAddress()
        || ip.isLinkLocalAddress()
        || ip.isSiteLocalAddress()
        || (ip instanceof Inet6Address && (ip.getAddress()[0] & 0xfe) == 0xfc);
  }

  /**
   * Refuses a target that is not near.
   *
   * @param owned the operator of this process said that all targets are theirs
   * @throws BadInput if it is neither near nor owned
   */
  public void requireNear(boolean owned) {
    if (!owned && !isNear()) {
      throw BadInput.of(
          "target", text, "a loopback or private address, or --i-own-this if it is yours");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
