package dev.holdfast.loadtest.drive;

import dev.holdfast.loadtest.measure.Count;
import dev.holdfast.loadtest.measure.Latency;
import java.util.ArrayList;
import java.util.List;

/** Streams: each sends as fast as it is taken, until it is told to stop; then all must be there. */
final class Bulk extends Crowd {
  private static final long MUCH = Long.MAX_VALUE / 2;

  private final List<Chat> streams = new ArrayList<>();

  Bulk(Seat seat, CrowdPlan plan) {
    super(seat, plan);
  }

  @Override
  void start(long nowNanos) {
    for (int i = 0; i < plan().sessions(); i++) {
      begin(i, nowNanos);
    }
  }

  @Override
  void stop(long nowNanos) {
    stopping();
    streams.forEach(Bulk::end);
  }

  private static void end(Chat chat) {
    if (chat.isOpen()) {
      chat.wantNoMore();
      chat.leave();
    }
  }

  @Override
  void opened(Chat chat) {
    took(Latency.SETUP, System.nanoTime() - chat.dueNanos);
    streams.add(chat);
    if (isStopping()) {
      end(chat);
    } else {
      chat.exchange(MUCH);
    }
  }

  @Override
  void echoed(Chat chat) {}

  @Override
  void ended(Chat chat, Count as) {}

  @Override
  void due(Chat chat, long atNanos) {}
}
