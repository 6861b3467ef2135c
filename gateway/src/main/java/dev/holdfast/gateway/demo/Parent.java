package dev.holdfast.gateway.demo;

import java.io.IOException;
import java.io.InputStream;

/** The process that started this one and holds the other end of its standard input. */
public final class Parent {
  private Parent() {}

  /**
   * Runs a task once the stream has ended, on a thread of its own that keeps nobody alive.
   *
   * @param input the end that this process reads; nothing but its end counts
   */
  public static void onGone(InputStream input, Runnable task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (input.read() >= 0) {
                  // what a parent says means nothing
                }
              } catch (IOException e) {
                // as gone as by its end
              }
              task.run();
            },
            "parent-watch");
    thread.setDaemon(true);
    thread.start();
  }
}
