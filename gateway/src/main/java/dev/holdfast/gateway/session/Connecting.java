package dev.holdfast.gateway.session;

import dev.holdfast.gateway.ports.PortPlan;
import dev.holdfast.gateway.ports.PortTuple;
import dev.holdfast.gateway.relay.Failure;
import dev.holdfast.words.Refusal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of the walk from a server to a connection: which local port, which port of the server,
 * and what a failure says of either. Confined to the loop of its walk.
 */
final class Connecting {
  private static final Logger LOG = LoggerFactory.getLogger(Connecting.class);

  /** Ports that are tried at one server, so that attempts are left for the next choice. */
  private static final int MOST_PORTS = 2;

  private final Walk walk;
  private final Executor loop;

  Connecting(Walk walk, Executor loop) {
    this.walk = walk;
    this.loop = loop;
  }

  /** A session has its permits: it goes to a server. */
  void begin(Session session, ServerPlace server) {
    session.portsTried = 0;
    session.tried = 0;
    connect(session, server);
  }

  private void connect(Session session, ServerPlace server) {
    if (attempt(session, server)) {
      return;
    }
    if (session.portsTried == 0) {
      walk.refuse(session, Refusal.NO_PORT);
    } else {
      walk.giveUp(session, server);
    }
  }

  /** Connects from the next local port to the next port of the server; false if there is none. */
  private boolean attempt(Session session, ServerPlace server) {
    InetAddress address = walk.node().hosts().address(server.config().host());
    if (address == null) {
      return attemptWithoutAddress(session, server);
    }
    PortPlan plan = session.pool.plan(server, address);
    int index = plan.take(session.tried, System.nanoTime());
    if (index == PortPlan.NONE) {
      return false;
    }
    PortTuple ports = plan.tuple(index);
    session.ports = ports;
    session.hasPort = true; // from here on its end gives it back
    session.tried |= PortPlan.bit(index);
    session.attempts++;
    session.portsTried++;
    session.link.connect(
        ports.target(),
        ports.path().bind(),
        (int) session.pool.place().config().timeouts().connect().toMillis(),
        session.pool.place().socket());
    return true;
  }

  private boolean attemptWithoutAddress(Session session, ServerPlace server) {
    if (session.tried == PortPlan.ALL) {
      return false;
    }
    session.tried = PortPlan.ALL;
    session.attempts++;
    session.portsTried++;
    UnknownHostException unknown = new UnknownHostException(server.config().host());
    loop.execute(() -> failed(session, unknown));
    return true;
  }

  /** The attempt is over and its socket closed: the next port, then the next choice. */
  void failed(Session session, Throwable cause) {
    ServerPlace server = session.server;
    if (session.state() != SessionState.CONNECTING || server == null) {
      return;
    }
    LOG.debug("A connection failed server={} ports={}", server.scope(), session.ports, cause);
    Failure failure = Failure.of(cause);
    releasePort(session, failure);
    if (failure == Failure.NO_MEANS) {
      server.connectFailed();
      walk.refuse(session, Refusal.NODE_LIMIT);
    } else if (failure == Failure.NO_PORT || failure == Failure.NO_SOURCE) {
      session.attempts--; // nothing was tried at the server
      session.portsTried--;
      connect(session, server);
    } else {
      server.connectFailed();
      session.failure = failure == Failure.TOO_LATE ? 's' : 'S';
      if (failure == Failure.REFUSED && session.ports != null) {
        session.tried |= session.pool.sameTarget(server, session.ports);
      }
      boolean more = session.attempts < session.pool.place().config().connectAttempts();
      if (!more || session.portsTried >= MOST_PORTS || !attempt(session, server)) {
        walk.giveUp(session, server);
      }
    }
  }

  /** Its socket towards the server is closed, or there never was one. */
  static void releasePort(Session session) {
    releasePort(session, null);
  }

  private static void releasePort(Session session, @Nullable Failure failure) {
    PortTuple ports = session.ports;
    if (ports == null || !session.hasPort) {
      return;
    }
    session.hasPort = false;
    long now = System.nanoTime();
    ports.release(failure == null && session.link.leavesTimeWait(), now);
    if (failure == Failure.NO_PORT) {
      ports.exhausted(now);
    } else if (failure == Failure.NO_SOURCE) {
      ports.path().leaveOut(now, "no address of this machine");
    } else if (failure != null && failure.isOfPath()) {
      ports.path().failed(now);
    }
  }
}
