package dev.holdfast.gateway.relay;

/**
 * Bytes relayed for one listener on one loop. Written by that loop, read by anybody, a bit late.
 */
public final class Traffic {
  private long bytesIn;
  private long bytesOut;

  /** No bytes yet. */
  public Traffic() {}

  void in(int bytes) {
    bytesIn += bytes;
  }

  void out(int bytes) {
    bytesOut += bytes;
  }

  /** Bytes that clients sent. */
  public long bytesIn() {
    return bytesIn;
  }

  /** Bytes that servers sent. */
  public long bytesOut() {
    return bytesOut;
  }
}
