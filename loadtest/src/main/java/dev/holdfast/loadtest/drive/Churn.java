package dev.holdfast.loadtest.drive;

import dev.holdfast.loadtest.measure.Count;
import dev.holdfast.loadtest.measure.Latency;

/**
 * Short sessions: greeted, a few exchanges, ended by the client. With a rate they are due at fixed
 * times, and one that has to wait because too many are under way is late from when it was due;
 * without, each end begins the next.
 */
final class Churn extends Crowd {
  private final long stepNanos;
  private long nextDue;

  Churn(Seat seat, CrowdPlan plan) {
    super(seat, plan);
    stepNanos = plan.opensPerSecond() > 0 ? (long) (1e9 / plan.opensPerSecond()) : 0;
  }

  @Override
  void start(long nowNanos) {
    if (stepNanos > 0) {
      nextDue = nowNanos + (long) (stepNanos * shareOfAll());
      lane().at(nextDue, this::openDue);
    } else {
      for (int i = 0; i < plan().sessions(); i++) {
        begin(i, nowNanos);
      }
    }
  }

  private void openDue(long atNanos) {
    long now = System.nanoTime();
    while (!isStopping() && nextDue <= now && alive() < plan().sessions()) {
      long due = nextDue;
      nextDue += stepNanos;
      begin(0, due);
    }
    if (!isStopping() && alive() < plan().sessions()) {
      lane().at(nextDue, this::openDue);
    } // else the next end goes on
  }

  @Override
  void stop(long nowNanos) {
    stopping(); // those under way end by themselves
  }

  @Override
  void opened(Chat chat) {
    took(Latency.SETUP, System.nanoTime() - chat.dueNanos);
    chat.left = plan().echoes();
    next(chat);
  }

  private void next(Chat chat) {
    if (chat.left > 0) {
      chat.left--;
      chat.exchange(plan().size());
    } else {
      chat.leave();
    }
  }

  @Override
  void echoed(Chat chat) {
    meter().add(Count.ECHOES);
    next(chat);
  }

  @Override
  void ended(Chat chat, Count as) {
    if (as == Count.ENDED) {
      took(Latency.SESSION, System.nanoTime() - chat.dueNanos);
    }
    if (isStopping()) {
      return;
    }
    if (stepNanos == 0) {
      // not on this stack: a connection that fails at once would call itself without end
      lane()
          .run(
              () -> {
                if (!isStopping()) {
                  begin(chat.place, System.nanoTime());
                }
              });
    } else if (alive() == plan().sessions() - 1) {
      lane().at(nextDue, this::openDue);
    }
  }

  @Override
  void due(Chat chat, long atNanos) {}
}
