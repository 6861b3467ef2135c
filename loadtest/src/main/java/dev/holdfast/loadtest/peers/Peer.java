package dev.holdfast.loadtest.peers;

import java.io.IOException;
import java.util.Optional;

/** A proxy that can be started. */
public interface Peer {
  /** Its name in tables. */
  String name();

  /** Its version, for tables; empty if it is missing. */
  Optional<String> version();

  /** The Debian packages that bring it. */
  String packages();

  /**
   * Starts it and waits until each front is open.
   *
   * @throws IOException if it cannot be started; the message is one line
   */
  Running start(Setup setup) throws IOException, InterruptedException;
}
