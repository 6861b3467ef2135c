package dev.holdfast.gateway.relay;

import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.UnknownHostException;

/** Why a server could not be connected to, by what follows from it. */
public enum Failure {
  /** Its machine answered, but not this port. */
  REFUSED,
  /** Nobody answered within the timeout. */
  TOO_LATE,
  /** The network says that there is no way, or anything else that is not ours. */
  UNREACHABLE,
  /** There is no local port left. */
  NO_PORT,
  /** The local address is none of this machine. */
  NO_SOURCE,
  /** This process has no descriptor or the machine no memory. */
  NO_MEANS;

  /** The native transport gives no types for these, only numbers in the system's words. */
  private static final String EADDRNOTAVAIL = "error(-99)";

  private static final String EADDRINUSE = "error(-98)";

  /** What a failure means. */
  public static Failure of(Throwable cause) {
    String words = String.valueOf(cause.getMessage());
    if (words.contains(EADDRNOTAVAIL)) {
      return words.startsWith("bind") ? NO_SOURCE : NO_PORT;
    }
    if (words.contains(EADDRINUSE)
        || cause instanceof BindException
        || words.contains("Cannot assign requested address")) {
      return NO_PORT;
    }
    if (cause instanceof ConnectTimeoutException) { // is one of the next kind too
      return TOO_LATE;
    }
    if (cause instanceof ConnectException) {
      return words.contains("timed out") ? TOO_LATE : REFUSED;
    }
    if (cause instanceof UnknownHostException) {
      return UNREACHABLE;
    }
    boolean ours = !(cause instanceof IOException) || words.contains("Too many open files");
    return ours ? NO_MEANS : UNREACHABLE;
  }

  /** True if the way is at fault as much as its end may be. */
  public boolean isOfPath() {
    return this == TOO_LATE || this == UNREACHABLE;
  }
}
