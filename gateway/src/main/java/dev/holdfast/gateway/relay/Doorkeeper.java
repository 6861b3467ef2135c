package dev.holdfast.gateway.relay;

import dev.holdfast.words.Source;
import org.slf4j.LoggerFactory;

/**
 * Looks at each client before anything is made for it, so that turning many away costs little. On
 * the loop; quick; counts whom it turns away, since nobody else does.
 */
@FunctionalInterface
public interface Doorkeeper {
  /** Lets everybody in. */
  Doorkeeper OPEN = (client, port) -> Verdict.ENTER;

  /** What becomes of a client. */
  enum Verdict {
    /** It becomes a link. */
    ENTER,
    /** It is reset. */
    RESET,
    /** Its connection is closed. */
    CLOSE
  }

  /**
   * Decides about a client by the address that its connection comes from.
   *
   * @param client the address, whole
   * @param port of the client
   */
  Verdict look(Source client, int port);

  /** As {@link #look}; a keeper that fails lets nobody in. */
  default Verdict verdict(Source client, int port) {
    try {
      return look(client, port);
    } catch (RuntimeException e) {
      LoggerFactory.getLogger(Doorkeeper.class)
          .warn("A client could not be looked at client={}", client, e);
      return Verdict.RESET;
    }
  }
}
