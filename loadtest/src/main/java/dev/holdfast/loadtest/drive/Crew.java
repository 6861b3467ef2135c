package dev.holdfast.loadtest.drive;

import dev.holdfast.loadtest.measure.Sample;
import java.io.IOException;

/** Whoever carries out a plan: this process, or workers. One thread steers it. */
public interface Crew extends AutoCloseable {
  /**
   * Begins the load.
   *
   * @throws IOException if a worker is gone
   */
  void start() throws IOException;

  /**
   * Counts so far and times since the last sample.
   *
   * @throws IOException if a worker is gone
   */
  Sample sample() throws IOException;

  /**
   * What was seen of servers so far.
   *
   * @throws IOException if a worker is gone
   */
  Seen seen() throws IOException;

  /**
   * No more sessions; those that there are end in order.
   *
   * @throws IOException if a worker is gone
   */
  void stop() throws IOException;

  /**
   * True after a stop when no session is left.
   *
   * @throws IOException if a worker is gone
   */
  boolean isOver() throws IOException, InterruptedException;

  @Override
  void close();
}
