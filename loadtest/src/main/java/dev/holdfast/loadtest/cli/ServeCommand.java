package dev.holdfast.loadtest.cli;

import dev.holdfast.loadtest.io.Lane;
import dev.holdfast.loadtest.serve.CountDoor;
import dev.holdfast.loadtest.serve.Servers;
import dev.holdfast.loadtest.serve.Tally;
import dev.holdfast.loadtest.words.BadInput;
import dev.holdfast.loadtest.words.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code loadtest serve}: app servers that say their name and count. */
@Command(
    name = "serve",
    description = {
      "Servers that say `NAME ready`, then send back or take what comes, and count their sessions.",
      "Runs until it is told to end."
    })
final class ServeCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--name", paramLabel = "NAME", description = "What the server says it is.")
  private @Nullable String name;

  @Option(
      names = "--bind",
      paramLabel = "HOST:PORT",
      split = ",",
      description = "Where it listens; several may be given. Port 0: a free one.")
  private List<Target> binds = new ArrayList<>();

  @Option(
      names = "--server",
      paramLabel = "NAME=HOST:PORT",
      split = ",",
      description = "One more server in this process.")
  private Map<String, Target> servers = new LinkedHashMap<>();

  @Option(names = "--echo", description = "Sends back what comes (the default).")
  private boolean echo;

  @Option(names = "--sink", description = "Takes what comes and says at the end how much it was.")
  private boolean sink;

  @Option(names = "--no-greeting", description = "Says no name.")
  private boolean noGreeting;

  @Option(
      names = "--count-at",
      paramLabel = "HOST:PORT",
      description =
          "Tells here, to whoever connects, how many sessions there are and were at most.")
  private @Nullable Target countAt;

  @Option(
      names = "--count-in",
      paramLabel = "FILE",
      description =
          "Counts all sessions in this file too; processes that name the same file count together.")
  private @Nullable Path countIn;

  @Option(names = "--i-own-this", description = "Listen also where others than my network reach.")
  private boolean owned;

  @Option(
      names = "--end-with-parent",
      hidden = true,
      description = "End when the standard input ends.")
  private boolean endWithParent;

  ServeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    String one = name;
    if (echo && sink) {
      throw BadInput.of("sink", "with --echo", "one of them");
    }
    if ((one == null) != binds.isEmpty() || (one == null && servers.isEmpty())) {
      throw BadInput.of(
          "serve", "nothing to serve", "--name NAME --bind HOST:PORT, or --server NAME=HOST:PORT");
    }
    Lane lane;
    try {
      lane = Lane.start("serve");
    } catch (IllegalStateException e) {
      throw new Impossible(String.valueOf(e.getMessage()));
    }
    CountDownLatch ended = new CountDownLatch(1);
    if (endWithParent) {
      Parent.onGone(ended::countDown);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(ended::countDown, "end"));
    try (Servers all = new Servers(lane, tally())) {
      if (one != null) {
        for (Target bind : binds) {
          add(all, one, bind);
        }
      }
      servers.forEach((other, bind) -> add(all, other, bind));
      if (countAt != null) {
        try (CountDoor door = new CountDoor(countAt, all)) {
          console.out().println("counts " + text(countAt, door.address().getPort()));
          ended.await();
        } catch (IOException e) {
          throw new Impossible("cannot listen on " + countAt + ": " + e.getMessage());
        }
      } else {
        ended.await();
      }
    }
    return Exit.DONE;
  }

  private Tally tally() {
    try {
      return countIn == null ? new Tally() : Tally.in(countIn);
    } catch (IOException e) {
      throw new Impossible("count-in: " + countIn + ": " + e.getMessage());
    }
  }

  private void add(Servers all, String server, Target bind) {
    if (!server.matches("[A-Za-z0-9._-]{1,64}")) {
      throw BadInput.of("name", server, "letters, digits, dot, dash or underscore");
    }
    bind.requireNear(owned);
    Servers.Kind kind = sink ? Servers.Kind.SINK : Servers.Kind.ECHO;
    try {
      int port = all.add(server, bind, kind, !noGreeting);
      console.out().println("server " + server + " address=" + text(bind, port));
    } catch (IOException e) {
      throw new Impossible("cannot listen on " + bind + ": " + e.getMessage());
    }
  }

  private static String text(Target bind, int port) {
    return bind.text().substring(0, bind.text().lastIndexOf(':') + 1) + port;
  }
}
