package dev.holdfast.members;

import dev.holdfast.members.Frame.Greeting;
import dev.holdfast.members.Frame.Pulse;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The side that is watched: lets watchers in and sends them pulses. It never ends a connection in
 * order unless it refused it or said goodbye on it; whatever else must end is reset, because a FIN
 * would be evidence of this process's end. Confined to the watch thread.
 */
final class Door implements Reactor.Ready {
  private static final Logger LOG = LoggerFactory.getLogger(Door.class);
  private static final int MOST_GUESTS = 4 * Roster.LARGEST;
  private static final int MOST_STRANGERS = 256;

  /**
   * Connections of one watcher at most. Which of them it still uses only the watcher knows: after
   * this process stood still, its greetings of meanwhile are all there at once, and most are over.
   */
  private static final int MOST_OF_ONE = 64;

  private static final long PAUSE_NANOS = 1_000_000_000L;

  private final Watch watch;
  private final ServerSocketChannel server;
  private final HostPort address;
  private final Set<Guest> guests = new LinkedHashSet<>();
  private @Nullable SelectionKey key;
  private long pausedUntil;
  private boolean paused;

  /** Binds; port 0 takes a free one. */
  Door(Watch watch, HostPort bind) throws StartFault {
    this.watch = watch;
    ServerSocketChannel made = null;
    try {
      made = ServerSocketChannel.open();
      made.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      made.configureBlocking(false);
      made.bind(new InetSocketAddress(bind.host(), bind.port()), 128);
      InetSocketAddress bound = (InetSocketAddress) made.getLocalAddress();
      server = made;
      address = new HostPort(bind.host(), bound.getPort());
    } catch (IOException | RuntimeException e) {
      LOG.debug("The watch address cannot be used address={}", bind, e);
      if (made != null) {
        try {
          made.close();
        } catch (IOException second) {
          e.addSuppressed(second);
        }
      }
      throw new StartFault("node.watch: " + bind + " (expected: a free address of this machine)");
    }
  }

  /** Where it listens, with the port that was taken. */
  HostPort address() {
    return address;
  }

  void open() throws IOException {
    key = watch.register(server, SelectionKey.OP_ACCEPT, this);
  }

  @Override
  public void ready(long now) {
    try {
      for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
        letIn(channel, now);
      }
    } catch (IOException e) {
      LOG.warn("The watch cannot accept and pauses for a second fault={}", e.toString());
      paused = true;
      pausedUntil = now + PAUSE_NANOS;
      key.interestOps(0);
    }
  }

  private void letIn(SocketChannel channel, long now) throws IOException {
    long strangers = guests.stream().filter(guest -> !guest.welcomed).count();
    try {
      Wire wire = new Wire(channel);
      if (guests.size() >= MOST_GUESTS || strangers >= MOST_STRANGERS) {
        wire.reset();
        return;
      }
      Guest guest = new Guest(wire, now + watch.greetNanos());
      wire.key(watch.register(channel, SelectionKey.OP_READ, guest));
      guests.add(guest);
    } catch (IOException e) {
      channel.close(); // it was gone already
    }
  }

  void beat(long now) {
    if (paused && now - pausedUntil >= 0) {
      paused = false;
      key.interestOps(SelectionKey.OP_ACCEPT);
    }
    for (Guest guest : new ArrayList<>(guests)) {
      if (!guest.welcomed && now - guest.deadline > 0) {
        guest.reset();
      }
    }
  }

  /** Sends a pulse to every watcher, with the roster to those who do not have this version. */
  void send(Pulse bare, Pulse full, long rosterVersion) {
    Frame small = null;
    Frame large = null;
    for (Guest guest : new ArrayList<>(guests)) {
      if (guest.welcomed) {
        boolean knows = guest.rosterSent == rosterVersion;
        if (knows && small == null) {
          small = Frame.pulse(bare);
        } else if (!knows && large == null) {
          large = Frame.pulse(full);
        }
        guest.send(knows ? small : large, rosterVersion);
      }
    }
  }

  /** True if the kernel has the last pulse for every watcher. */
  boolean told() {
    return guests.stream()
        .allMatch(guest -> !guest.welcomed || guest.tookLast && guest.wire.flushed());
  }

  /** Ends all in order: only after a goodbye was sent, or with {@code reset} without one. */
  void close(boolean reset) {
    for (Guest guest : new ArrayList<>(guests)) {
      if (reset || !guest.tookLast || !guest.wire.flushed()) {
        guest.reset();
      } else {
        guests.remove(guest);
        guest.wire.close();
      }
    }
    try {
      server.close();
    } catch (IOException e) {
      LOG.debug("The watch did not close", e);
    }
  }

  /** One connection from outside. */
  final class Guest implements Reactor.Ready {
    private final Wire wire;
    private final long deadline;
    private @Nullable NodeId id;
    private boolean welcomed;
    private boolean tookLast;
    private long rosterSent = -1;

    Guest(Wire wire, long deadline) {
      this.wire = wire;
      this.deadline = deadline;
    }

    @Override
    public void ready(long now) {
      try {
        wire.flush();
        Wire.Read read = wire.read(frame -> receive(frame, now));
        if (read == Wire.Read.FOREIGN) {
          LOG.debug("Foreign bytes on the watch address");
        }
        if (read != Wire.Read.OPEN) {
          reset();
        }
      } catch (IOException e) {
        reset();
      } catch (RuntimeException e) {
        LOG.debug("A connection to the watch was given up", e);
        reset();
      }
    }

    private void receive(Frame frame, long now) {
      if (id != null || frame.kind() != Frame.HELLO || frame.protocol() < 0) {
        throw new IllegalArgumentException("frame of kind " + frame.kind());
      }
      if (frame.protocol() != Frame.PROTOCOL) {
        refuse(
            Frame.refusal(
                Frame.Reason.PROTOCOL,
                0,
                "watch protocol: "
                    + frame.protocol()
                    + " (expected: "
                    + Frame.PROTOCOL
                    + ", which "
                    + watch.self()
                    + " speaks)"));
        return;
      }
      Greeting greeting = frame.asGreeting();
      Frame refusal = watch.judge(greeting, now);
      if (refusal != null) {
        refuse(refusal);
        return;
      }
      id = greeting.identity().id();
      if (id.equals(watch.self())) {
        reset(); // an address of this very process
        return;
      }
      watch.admit(greeting, now, this::welcome);
    }

    private void welcome() {
      if (!guests.contains(this)) {
        return;
      }
      List<Guest> same = guests.stream().filter(guest -> id.equals(guest.id)).toList();
      if (same.size() > MOST_OF_ONE) {
        same.get(0).reset();
      }
      try {
        rosterSent = watch.rosterVersion();
        wire.send(watch.greeting(Frame.WELCOME, wire));
        welcomed = true;
      } catch (IOException e) {
        reset();
      }
    }

    private void refuse(Frame refusal) {
      try {
        wire.send(refusal);
      } catch (IOException e) {
        LOG.debug("A refusal was not sent", e);
      }
      guests.remove(this);
      wire.close();
    }

    private void send(Frame frame, long rosterVersion) {
      try {
        tookLast = wire.send(frame);
        if (tookLast) {
          rosterSent = rosterVersion;
        }
      } catch (IOException e) {
        reset();
      }
    }

    private void reset() {
      guests.remove(this);
      wire.reset();
    }
  }
}
