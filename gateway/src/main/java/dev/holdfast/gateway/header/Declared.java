package dev.holdfast.gateway.header;

import dev.holdfast.words.Source;
import java.net.InetSocketAddress;

/**
 * Whose connection it is, as a trusted proxy says.
 *
 * @param client the client's address, whole
 * @param clientPort its port
 * @param target the address that the client connected to, whole
 * @param targetPort its port
 * @param told what else the header says
 * @param passedOn fields of the header that the server gets too, as they came; not to be changed
 */
public record Declared(
    Source client, int clientPort, Source target, int targetPort, Told told, byte[] passedOn) {
  static final byte[] NOTHING = {};

  /** Two ends of a connection, of which nobody says more. */
  public static Declared of(InetSocketAddress client, InetSocketAddress target) {
    return new Declared(
        Source.of(client.getAddress(), 32, 128),
        client.getPort(),
        Source.of(target.getAddress(), 32, 128),
        target.getPort(),
        Told.NOTHING,
        NOTHING);
  }

  /** The client's end. */
  public InetSocketAddress clientEnd() {
    return new InetSocketAddress(client.address(), clientPort);
  }

  /** The same without what the server has got by now. */
  public Declared lean() {
    return passedOn.length == 0
        ? this
        : new Declared(client, clientPort, target, targetPort, told, NOTHING);
  }
}
