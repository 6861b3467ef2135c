package dev.holdfast.loadtest.drive;

import dev.holdfast.loadtest.io.Pattern;
import dev.holdfast.loadtest.measure.Count;
import dev.holdfast.loadtest.measure.Latency;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Opens sessions evenly over the ramp and keeps them, each with an exchange in its turn. One that
 * is late with an exchange makes up for it at once; its latency counts from when it was due. With
 * {@code reconnect} a place whose session was lost tries again at once, then with growing pauses,
 * each time at the next target.
 */
final class Steady extends Crowd {
  private static final long FIRST_PAUSE_NANOS = 20_000_000;
  private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;

  /** Sessions are ended over so long at most. */
  private static final long LEAVE_NANOS = 5_000_000_000L;

  private final @Nullable Chat[] places;
  private final long[] lostAt;
  private final long[] pauses;
  private final long everyNanos;
  private int opened;
  private int left;

  Steady(Seat seat, CrowdPlan plan) {
    super(seat, plan);
    places = new Chat[plan.sessions()];
    lostAt = new long[plan.reconnect() ? plan.sessions() : 0];
    pauses = new long[lostAt.length];
    everyNanos = plan.echoesPerSecond() > 0 ? (long) (1e9 / plan.echoesPerSecond()) : 0;
  }

  @Override
  void start(long nowNanos) {
    if (places.length > 0) {
      long step = rampNanos() / places.length;
      openNext(nowNanos + (long) (step * shareOfAll()), step);
    }
  }

  private void openNext(long dueNanos, long step) {
    lane()
        .at(
            dueNanos,
            at -> {
              if (!isStopping() && opened < places.length) {
                int place = opened++;
                places[place] = begin(place, at);
                openNext(at + step, step);
              }
            });
  }

  @Override
  void stop(long nowNanos) {
    stopping();
    long step = Math.min(LEAVE_NANOS, rampNanos()) / Math.max(1, places.length);
    leaveNext(nowNanos, step);
  }

  private void leaveNext(long dueNanos, long step) {
    lane()
        .at(
            dueNanos,
            at -> {
              if (left < places.length) {
                Chat chat = places[left++];
                if (chat != null && chat.isQuiet()) {
                  chat.leave(); // one with an exchange under way leaves when that is back
                }
                leaveNext(at + step, step);
              }
            });
  }

  @Override
  void opened(Chat chat) {
    long now = System.nanoTime();
    places[chat.place] = chat;
    took(Latency.SETUP, now - chat.dueNanos);
    if (lostAt.length > 0) {
      pauses[chat.place] = 0;
      if (lostAt[chat.place] != 0) {
        took(Latency.RETURN, now - lostAt[chat.place]);
        meter().add(Count.RETURNED);
        lostAt[chat.place] = 0;
      }
    }
    if (isStopping()) {
      if (chat.place < left) {
        chat.leave();
      }
    } else if (plan().saturate()) {
      exchange(chat, now);
    } else if (everyNanos > 0) {
      // the first exchanges of sessions that were opened together are spread over the interval
      double spread = (Pattern.start(chat.place * 31L + 7) % 1000) / 1000.0;
      lane().at(now + (long) (everyNanos * spread), chat);
    }
  }

  @Override
  void due(Chat chat, long atNanos) {
    if (chat.isOpen() && !isStopping()) {
      exchange(chat, atNanos);
    }
  }

  private void exchange(Chat chat, long dueNanos) {
    chat.dueNanos = dueNanos;
    chat.exchange(plan().size());
  }

  @Override
  void echoed(Chat chat) {
    long now = System.nanoTime();
    took(Latency.ECHO, now - chat.dueNanos);
    meter().add(Count.ECHOES);
    if (isStopping()) {
      if (chat.place < left) {
        chat.leave();
      }
    } else if (plan().saturate()) {
      exchange(chat, now);
    } else {
      lane().at(chat.dueNanos + everyNanos, chat);
    }
  }

  @Override
  void ended(Chat chat, Count as) {
    if (!plan().reconnect() || isStopping() || as == Count.ENDED) {
      return;
    }
    int place = chat.place;
    long now = System.nanoTime();
    if (as == Count.LOST_BY_FIN || as == Count.LOST_BY_RESET) {
      lostAt[place] = now;
    }
    long pause = pauses[place];
    pauses[place] = Math.min(LONGEST_PAUSE_NANOS, Math.max(FIRST_PAUSE_NANOS, pause * 2));
    long wait = pause == 0 ? 0 : ThreadLocalRandom.current().nextLong(pause / 2, pause + 1);
    lane()
        .at(
            now + wait,
            at -> {
              if (!isStopping()) {
                places[place] = begin(place, at);
              }
            });
  }
}
