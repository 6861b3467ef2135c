package dev.holdfast.loadtest.cli;

import java.io.IOException;

/** The process that started this one, which holds our standard input open while it lives. */
final class Parent {
  private Parent() {}

  /** Calls once when it is gone. */
  static void onGone(Runnable then) {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // nobody has anything to say
                }
              } catch (IOException e) {
                // gone too
              }
              then.run();
            },
            "parent");
    watch.setDaemon(true);
    watch.start();
  }
}
