package dev.holdfast.loadtest.cli;

import dev.holdfast.loadtest.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** Runs commands and keeps what they say. */
final class Fixture {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  int run(String... arguments) {
    return new Cli(
            new Console(new PrintWriter(out, true), new PrintWriter(err, true), false), Main.class)
        .execute(arguments);
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }

  List<String> errLines() {
    return err.toString().lines().toList();
  }
}
