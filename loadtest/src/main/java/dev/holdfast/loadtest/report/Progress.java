package dev.holdfast.loadtest.report;

import dev.holdfast.loadtest.drive.Plan;
import dev.holdfast.loadtest.run.Run;
import dev.holdfast.loadtest.run.Tick;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a run is: on a terminal one line that is written over, in a pipe one line every
 * second, after a minute every ten.
 */
public final class Progress implements BiConsumer<Tick, Run.Phase> {
  private static final int BAR = 20;

  private final PrintWriter out;
  private final boolean terminal;
  private final double total;
  private int lines;

  /** Of a plan. */
  public Progress(PrintWriter out, boolean terminal, Plan plan) {
    this.out = out;
    this.terminal = terminal;
    this.total = (plan.rampMs() + plan.holdMs()) / 1000.0;
  }

  /** True if the standard error of this process is a terminal. */
  public static boolean onTerminal() {
    try {
      String end = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return end.startsWith("/dev/pts/") || end.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void accept(Tick tick, Run.Phase phase) {
    if (terminal) {
      out.print("\r" + bar(tick.seconds()) + " " + line(tick, phase) + "\u001b[K");
      out.flush();
    } else if (lines++ < 60 || lines % 10 == 0) {
      out.println(line(tick, phase));
    }
  }

  /** Leaves the line. */
  public void done() {
    if (terminal) {
      out.println();
    }
  }

  private String bar(double seconds) {
    int full = (int) Math.min(BAR, Math.round(BAR * seconds / Math.max(1, total)));
    return "[" + "#".repeat(full) + "-".repeat(BAR - full) + "]";
  }

  private String line(Tick tick, Run.Phase phase) {
    StringBuilder line = new StringBuilder();
    line.append(Show.seconds(tick.seconds())).append('/').append(Show.seconds(total));
    String what =
        switch (phase) {
          case RAMP -> "ramp";
          case HOLD -> "hold";
          case END -> "end";
        };
    line.append(' ').append(what);
    line.append(" sessions=").append(tick.open());
    line.append(" opens/s=").append(Math.round(tick.opensPerSecond()));
    line.append(" echoes/s=").append(Math.round(tick.echoesPerSecond()));
    if (tick.megabytesPerSecond() >= 1) {
      line.append(" MB/s=").append(Math.round(tick.megabytesPerSecond()));
    }
    append(line, " setup.p99=", tick.setupP99Micros());
    append(line, " echo.p99=", tick.echoP99Micros());
    line.append(" lost=").append(tick.lost()).append(" refused=").append(tick.refused());
    return line.toString();
  }

  private static void append(StringBuilder line, String name, @Nullable Double micros) {
    if (micros != null) {
      line.append(name).append(Show.micros(micros));
    }
  }
}
