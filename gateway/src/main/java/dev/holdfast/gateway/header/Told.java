package dev.holdfast.gateway.header;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a header says of a client beside its addresses, as logs and people may see it: printable
 * ASCII without spaces and quotes, or all of it in hexadecimal digits after {@code 0x}. Null is
 * what it does not say.
 *
 * @param uniqueId the proxy's name of the connection
 * @param authority the host that the client asked for
 * @param alpn the protocol that it speaks
 * @param tls the version of TLS that it used towards the proxy
 * @param commonName of the certificate that it showed
 */
public record Told(
    @Nullable String uniqueId,
    @Nullable String authority,
    @Nullable String alpn,
    @Nullable String tls,
    @Nullable String commonName) {
  /** It says nothing. */
  public static final Told NOTHING = new Told(null, null, null, null, null);

  static String shown(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b <= ' ' || b > '~' || b == '"' || b == '\\' || b == '\'') {
        return "0x" + HexFormat.of().formatHex(bytes, from, to);
      }
    }
    return new String(bytes, from, to - from, StandardCharsets.US_ASCII);
  }
}
