package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** Operations as people read them, and as they wait for them. */
final class Operated {
  private static final long LOOK_NANOS = 500_000_000L;
  private static final int UNREACHABLE_LOOKS = 40;
  private static final int BAR = 30;

  private Operated() {}

  /** One line: {@code op-17 drain-server server/chat/app-1 running closed=140 …}. */
  static String line(JsonNode operation) {
    StringBuilder line = new StringBuilder();
    line.append(operation.path("id").asText()).append(' ');
    line.append(operation.path("kind").asText()).append(' ');
    line.append(operation.path("target").asText()).append(' ');
    line.append(operation.path("state").asText());
    for (String figure : new String[] {"total", "closed", "ended", "remaining"}) {
      line.append(' ').append(figure).append('=').append(operation.path(figure).asText());
    }
    if (operation.path("perSecond").isNumber()) {
      line.append(" pace=").append(operation.path("perSecond").asText()).append("/s");
    }
    if (operation.path("reason").isTextual()) {
      line.append(" (").append(operation.path("reason").asText()).append(')');
    }
    return line.toString();
  }

  /** A plan: what would happen, one thing a line. */
  static void plan(JsonNode plan, PrintWriter out) {
    out.println("sessions  " + plan.path("sessions").asText());
    out.println("slots     " + plan.path("slots").asText());
    out.println("from      " + names(plan.path("from")));
    out.println("to        " + names(plan.path("to")));
    out.println(
        "max/mean  %s now, %s then"
            .formatted(
                plan.path("maxOverMean").path(0).asText(),
                plan.path("maxOverMean").path(1).asText()));
  }

  private static String names(JsonNode counts) {
    Map<String, String> sorted = new TreeMap<>();
    counts.properties().forEach(one -> sorted.put(one.getKey(), one.getValue().asText()));
    StringBuilder text = new StringBuilder();
    sorted.forEach((name, count) -> text.append(name).append('=').append(count).append(' '));
    return text.isEmpty() ? "-" : text.toString().strip();
  }

  private static String bar(JsonNode operation) {
    long total = Math.max(1, operation.path("total").asLong());
    long done = total - operation.path("remaining").asLong();
    int full = (int) (BAR * done / total);
    return "[%s%s] %d/%d %s %s"
        .formatted(
            "#".repeat(full),
            ".".repeat(BAR - full),
            done,
            total,
            operation.path("state").asText(),
            operation.path("reason").isTextual() ? operation.path("reason").asText() : "");
  }

  /**
   * Follows an operation to its end: a bar on a terminal, a line for each change in a pipe.
   *
   * @return done 0, failed or cancelled 1
   * @throws Impossible if no node answers for a while; the operation goes on
   */
  static int follow(Api api, String id, Console console, boolean json) {
    boolean terminal = !json && isTerminal();
    Thread goodbye =
        new Thread(
            () ->
                console
                    .err()
                    .println(
                        (terminal ? "\n" : "")
                            + "holdfast: "
                            + id
                            + " goes on (holdfast operations "
                            + id
                            + " shows it, holdfast operations cancel "
                            + id
                            + " ends it)"));
    Runtime.getRuntime().addShutdownHook(goodbye);
    try {
      return follow(api, id, console, json, terminal);
    } finally {
      Runtime.getRuntime().removeShutdownHook(goodbye);
    }
  }

  private static int follow(Api api, String id, Console console, boolean json, boolean terminal) {
    String shown = "";
    int unreachable = 0;
    while (true) {
      Api.Answer answer;
      try {
        answer = api.get("v1/operations/" + Api.encoded(id));
        unreachable = 0;
      } catch (Impossible e) {
        if (++unreachable == UNREACHABLE_LOOKS) {
          throw new Impossible(e.getMessage() + "; " + id + " goes on");
        }
        LockSupport.parkNanos(LOOK_NANOS);
        continue;
      }
      if (!answer.good()) {
        console.fault(answer.problem());
        return Exit.NO;
      }
      JsonNode now = answer.json();
      String state = now.path("state").asText();
      boolean over = isOver(state);
      String line = terminal ? bar(now) : line(now);
      if (!json && !line.equals(shown)) {
        show(line, shown, over, terminal, console.out());
        shown = line;
      }
      if (over) {
        if (json) {
          console.out().println(answer.text());
        }
        return state.equals("done") ? Exit.DONE : Exit.NO;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private static void show(
      String line, String before, boolean last, boolean terminal, PrintWriter out) {
    if (!terminal) {
      out.println(line);
      return;
    }
    out.print("\r" + line + " ".repeat(Math.max(0, before.length() - line.length())));
    if (last) {
      out.println();
    }
    out.flush();
  }

  /** A line of each operation that is not over, behind an empty one; no line if there is none. */
  static List<String> underWay(JsonNode operations) {
    List<String> lines = new ArrayList<>();
    for (JsonNode operation : operations) {
      if (!isOver(operation.path("state").asText())) {
        lines.add(line(operation));
      }
    }
    if (!lines.isEmpty()) {
      lines.add(0, "");
    }
    return lines;
  }

  private static boolean isOver(String state) {
    return state.equals("done") || state.equals("failed") || state.equals("cancelled");
  }

  /** True if what is printed goes to a terminal. */
  static boolean isTerminal() {
    try {
      String out = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      return out.startsWith("/dev/pts/") || out.startsWith("/dev/tty");
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }
}
