package dev.holdfast.gateway.health;

import dev.holdfast.config.Check;
import dev.holdfast.words.PoolName;
import java.net.InetAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes single checks; the tests have one without sockets. On the loop of the checks. */
interface Prober {
  /**
   * Asks a server once.
   *
   * @param answered hears the answer once, on the loop, at the latest a little after the timeout;
   *     perhaps within this call
   */
  void probe(Question question, Consumer<Answer> answered);

  /**
   * What is asked.
   *
   * @param pool of the server
   * @param check how
   * @param host as configured, for names in TLS and HTTP
   * @param address of that host
   * @param port of that host
   * @param from local address, or null for the system's choice
   */
  record Question(
      PoolName pool,
      Check check,
      String host,
      InetAddress address,
      int port,
      @Nullable InetAddress from) {}

  /**
   * What came of it.
   *
   * @param code in one word
   * @param detail for people, may be empty
   */
  record Answer(CheckCode code, String detail) {}
}
