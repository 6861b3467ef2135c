package dev.holdfast.members;

import dev.holdfast.time.ControlLoop;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watch thread: one selector, posted tasks, a beat. No event loop, no control loop and no disk
 * can hold it up. If it fails, {@code failed} is told and the sockets stay as they are: a FIN of a
 * living process would be taken for its end.
 */
final class Reactor implements AutoCloseable {
  /** Time between two beats in ms. */
  static final int BEAT_MS = 40;

  /** What a key of the selector belongs to. */
  interface Ready {
    /** The channel can do something. {@code now} was read before, so it is never too young. */
    void ready(long now);
  }

  /** What happens as time passes. */
  interface Beat {
    /** The thread woke up, before anything is read; nanoseconds since it did so before. */
    void woke(long now, long sinceNanos);

    /** About each {@link #BEAT_MS}. */
    void beat(long now);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Reactor.class);

  private final ControlLoop clock;
  private final Beat beat;
  private final Runnable failed;
  private final Selector selector;
  private final Thread thread;
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private volatile boolean open = true;

  Reactor(String name, ControlLoop clock, Beat beat, Runnable failed) throws IOException {
    this.clock = clock;
    this.beat = beat;
    this.failed = failed;
    selector = Selector.open();
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.setPriority(Thread.MAX_PRIORITY);
  }

  void start() {
    thread.start();
  }

  /** Runs a task on the watch thread. Any thread. */
  void post(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  /** Watches a channel. Watch thread, or before {@link #start}. */
  SelectionKey register(SelectableChannel channel, int operations, Ready ready) throws IOException {
    return channel.register(selector, operations, ready);
  }

  private void run() {
    try {
      long last = clock.nanos();
      long lastBeat = last;
      while (open) {
        selector.select(BEAT_MS);
        long now = clock.nanos();
        beat.woke(now, now - last);
        last = now;
        for (SelectionKey key : new ArrayList<>(selector.selectedKeys())) {
          if (key.isValid()) {
            ((Ready) key.attachment()).ready(now);
          }
        }
        selector.selectedKeys().clear();
        runTasks();
        if (now - lastBeat >= BEAT_MS * 1_000_000L) {
          lastBeat = now;
          beat.beat(now);
        }
      }
      runTasks(); // among them what resets the connections
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (Throwable t) {
      LOG.error("The watch thread failed; this process cannot prove that it lives", t);
      failed.run();
    }
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  /** Ends the thread and what it watches; waits for it a second at most. */
  @Override
  public void close() {
    open = false;
    selector.wakeup();
    try {
      if (Thread.currentThread() != thread) {
        thread.join(1000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
