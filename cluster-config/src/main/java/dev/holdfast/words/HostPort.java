package dev.holdfast.words;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A host (name or literal address) and a port, written {@code host:port} or {@code [v6]:port}.
 *
 * @param host a name or a literal address, IPv6 without brackets, not empty
 * @param port 0 to 65535; 0 asks for a free port where that is allowed
 */
public record HostPort(String host, int port) implements Comparable<HostPort> {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9:._%-]+");
  private static final Pattern PORT = Pattern.compile("\\d{1,5}");

  /**
   * Checks host and port.
   *
   * @throws IllegalArgumentException if the host is empty or the port out of range
   */
  public HostPort {
    if (host.isEmpty() || host.length() > 253 || !HOST.matcher(host).matches()) {
      throw new IllegalArgumentException("host: " + host + " (expected: a name or an IP address)");
    }
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
    }
  }

  /**
   * Reads {@code host:port}.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  @JsonCreator
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    String port = colon < 0 ? "" : text.substring(colon + 1);
    String host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    if (!PORT.matcher(port).matches() || host.isEmpty() || (host.contains(":") != bracketed)) {
      throw new IllegalArgumentException("address: " + text + " (expected: HOST:PORT)");
    }
    return new HostPort(host, Integer.parseInt(port));
  }

  @Override
  public int compareTo(HostPort other) {
    int byHost = host.compareTo(other.host);
    return byHost != 0 ? byHost : Integer.compare(port, other.port);
  }

  @Override
  @JsonValue
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]:" : host + ":") + port;
  }
}
