package dev.holdfast.members;

import dev.holdfast.members.Frame.Greeting;
import dev.holdfast.words.HostPort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection by which this node watches another: connects, greets, then only reads. It is tried
 * again for ever. Confined to the watch thread.
 *
 * <pre>
 * IDLE -> RESOLVING -> CONNECTING -> GREETING -> OPEN
 *   ^         |            |            |         |
 *   +---------+------------+------------+---------+
 * </pre>
 */
final class Link implements Reactor.Ready {
  /** Where the connection is in its life. */
  enum Phase {
    /** Waits for the next attempt. */
    IDLE,
    /** Looks up the address. */
    RESOLVING,
    /** The connection is under way. */
    CONNECTING,
    /** The greeting is sent, the answer is not there. */
    GREETING,
    /** Pulses are read. */
    OPEN,
    /** Not tried again. */
    DROPPED
  }

  private static final Logger LOG = LoggerFactory.getLogger(Link.class);
  private static final long MS = 1_000_000L;
  private static final long CONNECT_NANOS = 1_000 * MS;
  private static final long PROBING_NANOS = 5_000 * MS;
  private static final long PROBE_NANOS = 80 * MS;
  private static final long REFUSED_WITHIN_NANOS = 300 * MS;
  private static final int REFUSALS = 3;

  private final Watch watch;
  private final @Nullable HostPort seed;
  private Phase phase = Phase.IDLE;
  private @Nullable Peer peer;
  private @Nullable Wire wire;
  private @Nullable InetSocketAddress target;
  private long nextAttempt;
  private long deadline;
  private int failures;
  private int refusals;
  private long firstRefusal;
  private boolean direct;
  private boolean goodbye;

  /** A link to an address whose node is not known yet, or (null) to a peer. */
  Link(Watch watch, @Nullable HostPort seed, long now) {
    this.watch = watch;
    this.seed = seed;
    nextAttempt = now;
  }

  void peer(Peer peer) {
    this.peer = peer;
  }

  @Nullable HostPort seed() {
    return seed;
  }

  Phase phase() {
    return phase;
  }

  boolean open() {
    return phase == Phase.OPEN;
  }

  boolean direct() {
    return direct;
  }

  /** Tries again at once. */
  void hurry(long now) {
    nextAttempt = now;
  }

  /** Ends it for good; proves nothing. */
  void drop() {
    phase = Phase.DROPPED;
    if (wire != null) {
      wire.reset();
    }
  }

  void beat(long now) {
    switch (phase) {
      case IDLE -> {
        if (now - nextAttempt >= 0) {
          attempt(now);
        }
      }
      case CONNECTING, GREETING -> {
        if (now - deadline > 0) {
          failed(now, false);
        }
      }
      case RESOLVING, OPEN, DROPPED -> {}
    }
  }

  private void attempt(long now) {
    Peer.Evidence evidence = peer == null ? null : peer.evidence;
    if (evidence != null && !evidence.refused() && now - evidence.atNanos() < PROBING_NANOS) {
      connect(evidence.address(), now);
      return;
    }
    HostPort address = peer == null ? seed : peer.address;
    if (address == null) {
      nextAttempt = now + CONNECT_NANOS;
      return;
    }
    phase = Phase.RESOLVING;
    watch.resolve(
        address,
        (resolved, then) -> {
          if (phase == Phase.RESOLVING) {
            connect(resolved, then);
          }
        });
  }

  private void connect(InetSocketAddress resolved, long now) {
    target = resolved;
    phase = Phase.CONNECTING;
    deadline = now + CONNECT_NANOS;
    try {
      Wire made = new Wire(SocketChannel.open());
      wire = made;
      boolean connected = made.channel().connect(resolved);
      made.key(watch.register(made.channel(), SelectionKey.OP_CONNECT, this));
      if (connected) {
        greet(now);
      }
    } catch (IOException | UnresolvedAddressException e) {
      failed(now, refused(e));
    }
  }

  private static boolean refused(Exception e) {
    return e instanceof ConnectException && String.valueOf(e.getMessage()).contains("refused");
  }

  private void greet(long now) throws IOException {
    phase = Phase.GREETING;
    deadline = now + watch.greetNanos();
    refusals = 0;
    wire.readOnly();
    wire.send(watch.greeting(Frame.HELLO, wire));
  }

  @Override
  public void ready(long now) {
    try {
      if (phase == Phase.CONNECTING) {
        if (wire.channel().finishConnect()) {
          greet(now);
        }
        return;
      }
      wire.flush();
      Wire.Read read = wire.read(frame -> receive(frame, now));
      if (phase != Phase.GREETING && phase != Phase.OPEN) {
        return;
      }
      switch (read) {
        case OPEN -> {}
        case FIN -> ended(now, true);
        case BROKEN -> ended(now, false);
        case FOREIGN -> {
          LOG.debug("Foreign bytes on a watch connection address={}", target);
          ended(now, false);
        }
      }
    } catch (IOException e) {
      if (phase == Phase.CONNECTING) {
        failed(now, refused(e));
      } else {
        ended(now, false);
      }
    } catch (RuntimeException e) {
      LOG.warn("A watch connection was given up address={} fault={}", target, e.toString());
      ended(now, false);
    }
  }

  private void receive(Frame frame, long now) {
    if (phase == Phase.GREETING && frame.kind() == Frame.REFUSED && frame.protocol() >= 0) {
      watch.refused(this, frame.asRefusal());
      failed(now, false);
    } else if (phase == Phase.GREETING
        && frame.kind() == Frame.WELCOME
        && frame.protocol() == Frame.PROTOCOL) {
      welcome(frame.asGreeting(), now);
    } else if (phase == Phase.OPEN && frame.kind() == Frame.PULSE) {
      Frame.Pulse pulse = frame.asPulse();
      goodbye |= pulse.goodbye();
      watch.pulse(peer, pulse, now);
    } else if (phase == Phase.GREETING || phase == Phase.OPEN) {
      throw new IllegalArgumentException("frame of kind " + frame.kind() + " in " + phase);
    }
  }

  private void welcome(Greeting greeting, long now) {
    try {
      direct = wire.local().equals(greeting.remote()) && wire.remote().equals(greeting.local());
    } catch (IOException e) {
      direct = false;
    }
    goodbye = false;
    failures = 0;
    phase = Phase.OPEN;
    if (!watch.welcomed(this, greeting, now)) {
      if (phase == Phase.OPEN) {
        failed(now, false);
      }
    }
  }

  /** The connection stood, or nearly. */
  private void ended(long now, boolean fin) {
    if (phase == Phase.OPEN && peer != null) {
      Peer watched = peer;
      boolean proof = fin && direct && !goodbye && target != null;
      LOG.info(
          "A watch connection ended peer={} end={} direct={} goodbye={}",
          watched.id(),
          fin ? "fin" : "broken",
          direct,
          goodbye);
      watched.evidence = proof ? new Peer.Evidence(watched.id(), now, target, false) : null;
      failed(now, false);
      nextAttempt = now;
      watch.changed();
    } else {
      failed(now, false);
    }
  }

  private void failed(long now, boolean refused) {
    if (wire != null) {
      wire.close();
      wire = null;
    }
    if (phase == Phase.DROPPED) {
      return;
    }
    phase = Phase.IDLE;
    failures++;
    if (!refused) {
      refusals = 0;
    } else if (refusals == 0 || now - firstRefusal > REFUSED_WITHIN_NANOS) {
      refusals = 1;
      firstRefusal = now;
    } else {
      refusals++;
    }
    Peer.Evidence evidence = peer == null ? null : peer.evidence;
    boolean probing = evidence != null && !evidence.refused();
    boolean soon = probing && now - evidence.atNanos() < PROBING_NANOS;
    if (probing && refusals >= REFUSALS && evidence.address().equals(target)) {
      peer.evidence =
          new Peer.Evidence(evidence.id(), evidence.atNanos(), evidence.address(), true);
      watch.changed();
    }
    nextAttempt = now + (probing && soon ? PROBE_NANOS : Math.min(2_000, 250L * failures) * MS);
  }
}
