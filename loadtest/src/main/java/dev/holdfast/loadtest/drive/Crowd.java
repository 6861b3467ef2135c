package dev.holdfast.loadtest.drive;

import dev.holdfast.loadtest.io.Lane;
import dev.holdfast.loadtest.measure.Count;
import dev.holdfast.loadtest.measure.Latency;
import dev.holdfast.loadtest.measure.Meter;
import dev.holdfast.loadtest.words.Target;
import io.netty.channel.ChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Clients of one kind on one lane. Everything happens on that lane. It is started once, told to
 * stop once, and over when no session of it is left.
 */
abstract class Crowd {
  private final Seat seat;
  private final CrowdPlan plan;
  private long sessions;
  private int alive;
  private boolean stopping;

  /**
   * Where a crowd sits.
   *
   * @param share number of this lane among all lanes of all processes
   */
  record Seat(
      Lane lane,
      Meter meter,
      Stickiness stickiness,
      Origins origins,
      boolean greeting,
      long rampNanos,
      int share,
      int shares) {}

  Crowd(Seat seat, CrowdPlan plan) {
    this.seat = seat;
    this.plan = plan;
  }

  /** Makes the crowd of a plan. */
  static Crowd of(Seat seat, CrowdPlan plan) {
    return switch (plan.kind()) {
      case STEADY -> new Steady(seat, plan);
      case CHURN -> new Churn(seat, plan);
      case BULK -> new Bulk(seat, plan);
    };
  }

  /** Begins. */
  abstract void start(long nowNanos);

  /** Opens no more sessions and ends those that there are, in order. */
  abstract void stop(long nowNanos);

  /** A session was greeted. */
  abstract void opened(Chat chat);

  /** All that a session sent has come back. */
  abstract void echoed(Chat chat);

  /** A session is over, as what it was counted. */
  abstract void ended(Chat chat, Count as);

  /** The time has come that a session asked for. */
  abstract void due(Chat chat, long atNanos);

  final void over(Chat chat, Count as) {
    alive--;
    ended(chat, as);
  }

  /**
   * Begins a session for a place in the crowd, from when it was due.
   *
   * @return null if this process has no descriptor left, which is counted
   */
  final @Nullable Chat begin(int place, long dueNanos) {
    long session = sessions++;
    Target target = seat.origins.target(seat.share, session);
    // who comes back is the same client, wherever it tries next
    long client = plan.reconnect() ? place : session;
    int source = seat.origins.number(seat.share, seat.shares, client, target);
    meter().add(Count.STARTED);
    Chat chat;
    try {
      chat = new Chat(this, place, session * seat.shares + seat.share, source, target, dueNanos);
    } catch (ChannelException e) {
      meter().add(Count.OWN_FAULTS);
      return null;
    }
    alive++;
    chat.connect(target);
    return chat;
  }

  final void took(Latency latency, long nanos) {
    seat.meter.took(latency, nanos);
  }

  final void stopping() {
    stopping = true;
  }

  final boolean isStopping() {
    return stopping;
  }

  /** True after it was told to stop and the last session is over. */
  final boolean isOver() {
    return stopping && alive == 0;
  }

  /** Sessions that are not over. */
  final int alive() {
    return alive;
  }

  final Lane lane() {
    return seat.lane;
  }

  final Meter meter() {
    return seat.meter;
  }

  final Stickiness stickiness() {
    return seat.stickiness;
  }

  final Origins origins() {
    return seat.origins;
  }

  final boolean greeting() {
    return seat.greeting;
  }

  final long rampNanos() {
    return seat.rampNanos;
  }

  final double shareOfAll() {
    return (double) seat.share / seat.shares;
  }

  final CrowdPlan plan() {
    return plan;
  }
}
