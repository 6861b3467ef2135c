package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast top}. */
@Command(
    name = "top",
    description = {
      "Shows the cluster live: nodes, listeners, servers, rates, operations, what happens.",
      "q leaves. In a pipe: one frame after the other, without control characters."
    },
    footer = {"", "Exit codes: 0 left; 1 refused; 2 no node answers; 64 usage."})
final class TopCommand implements Callable<Integer> {
  private static final long KEY_MS = 200;
  private static final long AGAIN_NANOS = 1_000_000_000L;
  private static final int EVENTS = 20;

  private final Console console;

  @Mixin private ApiOptions options = new ApiOptions();

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      defaultValue = "0",
      description = "In a pipe: end after so many frames; default: never.")
  private int count;

  private final Deque<String> happened = new ArrayDeque<>();
  private volatile @Nullable JsonNode view;
  private volatile @Nullable String trouble;
  private volatile Api.@Nullable Answer no;
  private volatile boolean over;

  TopCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Api api = options.open(console);
    return options.json() || !Operated.isTerminal() ? inAPipe(api) : onATerminal(api);
  }

  private int inAPipe(Api api) {
    int[] frames = {0};
    Api.Answer refused =
        api.events(
            null,
            (name, data) -> {
              take(name, data);
              if (name.equals("view")) {
                print(data);
                frames[0]++;
              }
              return !console.out().checkError() && (count == 0 || frames[0] < count);
            });
    if (refused != null) {
      console.fault(refused.problem());
      return Exit.NO;
    }
    if (!console.out().checkError() && (count == 0 || frames[0] < count)) {
      throw new Impossible("the node ended the stream");
    }
    return Exit.DONE;
  }

  private void print(JsonNode data) {
    if (options.json()) {
      console.out().println(data);
      return;
    }
    List<String> lines;
    synchronized (happened) {
      lines = TopFrame.lines(data, happened, Integer.MAX_VALUE, Integer.MAX_VALUE);
      happened.clear(); // each once
    }
    lines.forEach(console.out()::println);
    console.out().println();
  }

  private void take(String name, JsonNode data) {
    if (name.equals("view")) {
      view = data;
      trouble = null;
      return;
    }
    synchronized (happened) {
      happened.add(EventsCommand.line(data));
      if (happened.size() > EVENTS) {
        happened.remove();
      }
    }
  }

  private int onATerminal(Api api) throws IOException {
    Api.Answer refused;
    try (TopScreen screen = new TopScreen()) {
      Thread reader = new Thread(() -> follow(api), "holdfast-top");
      reader.setDaemon(true);
      reader.start();
      while (no == null && !screen.left(KEY_MS)) {
        screen.show(frame(screen.width(), screen.height()));
      }
      over = true;
      refused = no;
    }
    if (refused != null) {
      console.fault(refused.problem());
      return Exit.NO;
    }
    return Exit.DONE;
  }

  /** Reads events, and begins again where a node ended. */
  private void follow(Api api) {
    while (!over && no == null) {
      try {
        no =
            api.events(
                null,
                (name, data) -> {
                  take(name, data);
                  return !over;
                });
        trouble = "the node ended the stream";
      } catch (Impossible e) {
        trouble = e.getMessage();
      }
      LockSupport.parkNanos(AGAIN_NANOS);
    }
  }

  private List<String> frame(int width, int height) {
    JsonNode now = view;
    String why = trouble;
    if (now == null) {
      return List.of(why == null ? "waiting for the first view" : why, "", "q leaves");
    }
    List<String> lines;
    synchronized (happened) {
      lines = TopFrame.lines(now, happened, width, why == null ? height : height - 1);
    }
    return why == null ? lines : Stream.concat(lines.stream(), Stream.of("! " + why)).toList();
  }
}
