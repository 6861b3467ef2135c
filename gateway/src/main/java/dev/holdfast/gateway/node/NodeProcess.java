package dev.holdfast.gateway.node;

import dev.holdfast.config.Checked;
import dev.holdfast.config.NodeSettings;
import dev.holdfast.config.Settings;
import io.vertx.core.Future;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jline.utils.Signals;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node as the process's whole purpose: started, told by signals, ended.
 *
 * <pre>
 * SIGTERM          readiness fails, grace, listening ends, sessions end evenly until the deadline
 * SIGINT, a second the same at once
 * SIGHUP           tokens, certificates, log file and node.shutdown are read again
 * </pre>
 */
public final class NodeProcess {
  private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);

  /** Sessions that end at once still end in order, if their clients are quick. */
  private static final Duration AT_ONCE = Duration.ofMillis(300);

  /** What wakes the main thread: a signal by its name, or a line that ends the node. */
  private record Call(String signal, String line) {}

  /** Taken from the file at any time; all other keys of the node need a restart. */
  private static final Set<String> LIVE = Set.of("node.shutdown.grace", "node.shutdown.deadline");

  private final Supplier<Checked<Settings>> again;
  private Settings settings;
  private final String version;
  private final PrintWriter err;
  private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();

  /**
   * A process that has not started.
   *
   * @param again reads the settings once more
   * @param err gets lines for people
   */
  public NodeProcess(
      Settings settings, Supplier<Checked<Settings>> again, String version, PrintWriter err) {
    this.settings = settings;
    this.again = again;
    this.version = version;
    this.err = err;
  }

  /**
   * Runs the node until it has ended. Blocks.
   *
   * @return 0 after an end in order, 2 if it could not start or the others refused it
   */
  public int run() {
    for (String signal : new String[] {"TERM", "INT", "HUP"}) {
      on(signal);
    }
    List<String> faults = Threshold.faults(settings.node());
    if (!faults.isEmpty()) {
      faults.forEach(line -> err.println("holdfast: " + line));
      return 2;
    }
    Endings endings = new Endings();
    Node node;
    try {
      node = new Node(settings, version, endings);
    } catch (Exception e) {
      LOG.debug("The start failed", e);
      endings.run();
      err.println("holdfast: " + StartFault.of(e).getMessage());
      return 2;
    }
    node.refused().onSuccess(line -> calls.add(new Call("REFUSED", line)));
    try {
      return follow(node);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 2;
    } finally {
      endings.run();
    }
  }

  private void on(String signal) {
    Signals.register(signal, () -> calls.add(new Call(signal, "")));
  }

  private int follow(Node node) throws InterruptedException {
    while (true) {
      Call call = calls.take();
      switch (call.signal()) {
        case "HUP" -> reload(node);
        case "REFUSED" -> {
          err.println("holdfast: " + call.line());
          return 2;
        }
        default -> {
          end(node, call.signal().equals("INT"));
          return 0;
        }
      }
    }
  }

  /** What cannot be taken while running is told, in one line. */
  private void reload(Node node) {
    node.reload();
    Checked<Settings> read = again.get();
    if (!(read instanceof Checked.Good<Settings> good)) {
      LOG.error(
          "The file was not taken faults={} first={}", read.found().size(), read.found().get(0));
      return;
    }
    List<String> changed = new ArrayList<>(settings.nodeKeysChangedIn(good.value()));
    changed.removeAll(LIVE);
    if (!changed.isEmpty()) {
      LOG.warn("Keys of this node changed in the file and need a restart keys={}", changed);
    }
    settings =
        new Settings(
            settings.node().with(good.value().node().shutdown()),
            settings.cluster(),
            settings.shared());
    node.fileRead(good.value().shared());
  }

  private void end(Node node, boolean atOnce) throws InterruptedException {
    NodeSettings.Shutdown shutdown = settings.node().shutdown();
    LOG.info(
        "Node ends atOnce={} grace={} deadline={}", atOnce, shutdown.grace(), shutdown.deadline());
    node.drain();
    boolean hurried = atOnce || second(shutdown.grace());
    Duration left = shutdown.deadline().minus(shutdown.grace());
    Future<Integer> ended =
        node.endSessions(hurried || left.compareTo(AT_ONCE) < 0 ? AT_ONCE : left);
    CompletableFuture<Integer> done = ended.toCompletionStage().toCompletableFuture();
    done.whenComplete((count, fault) -> calls.add(new Call("ENDED", "")));
    while (!done.isDone()) {
      if (!calls.take().signal().matches("ENDED|HUP|REFUSED")) {
        node.endSessions(AT_ONCE);
      }
    }
    LOG.info("Sessions ended count={}", done.isCompletedExceptionally() ? "?" : done.join());
    node.leave();
  }

  /** Waits; true if another signal cut it short. */
  private boolean second(Duration grace) throws InterruptedException {
    long end = System.nanoTime() + grace.toNanos();
    for (long left = grace.toNanos(); left > 0; left = end - System.nanoTime()) {
      Call call = calls.poll(left, TimeUnit.NANOSECONDS);
      if (call != null && call.signal().matches("TERM|INT")) {
        return true;
      }
    }
    return false;
  }
}
