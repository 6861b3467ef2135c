package dev.holdfast.loadtest.serve;

import dev.holdfast.loadtest.io.Lane;
import dev.holdfast.loadtest.io.Listener;
import dev.holdfast.loadtest.words.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Servers with names, on one lane. */
public final class Servers implements AutoCloseable {
  private final Lane lane;
  private final Tally all;
  private final Map<String, Tally> tallies = new LinkedHashMap<>();
  private final List<Listener> listeners = new ArrayList<>();

  /** What a server does with bytes. */
  public enum Kind {
    /** Sends them back. */
    ECHO,
    /** Takes them. */
    SINK
  }

  /**
   * None yet.
   *
   * @param all counts the sessions of all of them
   */
  public Servers(Lane lane, Tally all) {
    this.lane = lane;
    this.all = all;
  }

  /**
   * Adds a server, or another address of one.
   *
   * @param greets false: it says nothing
   * @return the port it listens on
   * @throws IOException if the address cannot be used
   */
  public synchronized int add(String name, Target bind, Kind kind, boolean greets)
      throws IOException {
    Tally own = tallies.computeIfAbsent(name, any -> new Tally());
    Tally[] both = {own, all};
    byte[] greeting = greets ? (name + " ready\n").getBytes(StandardCharsets.UTF_8) : new byte[0];
    Listener listener =
        new Listener(
            lane,
            bind.address(),
            descriptor -> {
              Served session =
                  kind == Kind.ECHO
                      ? new Served.Echo(lane, descriptor, both)
                      : new Served.Sink(lane, descriptor, both);
              session.begin(greeting);
            });
    listeners.add(listener);
    return listener.port();
  }

  /** The count of each server by name. */
  public synchronized Map<String, Tally> tallies() {
    return new LinkedHashMap<>(tallies);
  }

  /** The count over all. */
  public Tally all() {
    return all;
  }

  /** Ends listening and, with the lane, all sessions. */
  @Override
  public synchronized void close() {
    listeners.forEach(listener -> lane.run(listener::close));
    lane.close();
  }
}
