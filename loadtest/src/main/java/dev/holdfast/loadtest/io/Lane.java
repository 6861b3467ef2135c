package dev.holdfast.loadtest.io;

import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.Buffer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A thread that drives many sockets and an agenda. Everything but {@link #run}, {@link #ask} and
 * {@link #close} belongs to that thread.
 */
public final class Lane implements AutoCloseable {
  private static final int SCRATCH = Pattern.MOST;

  private final MultiThreadIoEventLoopGroup group;
  private final IoEventLoop loop;
  private final Agenda agenda = new Agenda();
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH);
  private final long scratchAddress = Buffer.memoryAddress(scratch);
  private final ByteBuffer pattern = Pattern.view();
  private final long patternAddress = Buffer.memoryAddress(pattern);
  private final List<Wire> waiting = new ArrayList<>();
  private long armed = Long.MAX_VALUE;
  private @Nullable LongConsumer lateness;

  private Lane(String name) {
    group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory(name, true), EpollIoHandler.newFactory());
    loop = group.next();
  }

  /**
   * Starts a thread.
   *
   * @throws IllegalStateException if the native transport is missing (expected: Linux on x86_64 or
   *     aarch64)
   */
  public static Lane start(String name) {
    if (!Epoll.isAvailable()) {
      Throwable cause = Epoll.unavailabilityCause();
      throw new IllegalStateException(
          "epoll: "
              + (cause == null ? "not there" : cause.getMessage())
              + " (expected: Linux on x86_64 or aarch64)");
    }
    return new Lane(name);
  }

  /** Does it soon on this lane; any thread. */
  public void run(Runnable work) {
    loop.execute(work);
  }

  /** Does it on this lane and waits for its answer; any other thread. */
  public <T> T ask(Callable<T> work) throws Exception {
    return loop.submit(work).get();
  }

  /** Calls it at that time of {@link System#nanoTime}, or soon if that has passed. */
  public void at(long nanos, Due task) {
    agenda.add(nanos, task);
    arm();
  }

  /** Tells how late the agenda was, in nanoseconds, each time. */
  public void onLateness(LongConsumer listener) {
    lateness = listener;
  }

  private void arm() {
    long next = agenda.next();
    if (next < armed) {
      armed = next;
      loop.schedule(this::tick, Math.max(0, next - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
  }

  private void tick() {
    long now = System.nanoTime();
    armed = Long.MAX_VALUE;
    long at = agenda.next();
    for (Due due = agenda.poll(now); due != null; due = agenda.poll(now)) {
      if (lateness != null) {
        lateness.accept(now - at);
      }
      due.due(at);
      at = agenda.next();
    }
    arm();
  }

  /** Ends the thread and closes every socket of it. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3000);
  }

  IoEventLoop loop() {
    return loop;
  }

  /** The bytes that were received last stand from its start. */
  ByteBuffer scratch() {
    return scratch;
  }

  long scratchAddress() {
    return scratchAddress;
  }

  long patternAddress() {
    return patternAddress;
  }

  /** True if received bytes are what the stream has at a position. */
  boolean matches(int from, int length, int start, long position) {
    int offset = Pattern.offset(start, position);
    scratch.limit(from + length).position(from);
    pattern.limit(offset + length).position(offset);
    boolean same = scratch.mismatch(pattern) < 0;
    scratch.clear();
    pattern.clear();
    return same;
  }

  /** Calls the wire again after the events of this wake-up. */
  void later(Wire wire) {
    if (waiting.isEmpty()) {
      loop.execute(this::resume);
    }
    waiting.add(wire);
  }

  private void resume() {
    List<Wire> now = List.copyOf(waiting);
    waiting.clear();
    now.forEach(Wire::resume);
  }
}
