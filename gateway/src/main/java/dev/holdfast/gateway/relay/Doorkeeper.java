package dev.holdfast.gateway.relay;

import java.net.InetSocketAddress;

/**
 * Looks at each client before anything is made for it, so that turning many away costs little. On
 * the loop; quick; counts whom it turns away, since nobody else does.
 */
@FunctionalInterface
public interface Doorkeeper {
  /** Lets everybody in. */
  Doorkeeper OPEN = client -> Verdict.ENTER;

  /** What becomes of a client. */
  enum Verdict {
    /** It becomes a link. */
    ENTER,
    /** It is reset. */
    RESET,
    /** Its connection is closed. */
    CLOSE
  }

  /** Decides about a client by the address that its connection comes from. */
  Verdict look(InetSocketAddress client);
}
