package dev.holdfast.members;

import dev.holdfast.store.Store;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of the cluster as this process sees them by its watch connections: the door of the
 * room. Runs on a thread of its own (and one more for disk and names), so that saturated event
 * loops and a busy control loop lose nobody.
 *
 * <p>Thread-safe. Futures and listeners are called on the control loop.
 */
public final class Members implements AutoCloseable {
  /**
   * What the room is told.
   *
   * @param cluster name of the cluster
   * @param watch where to listen; port 0: a free one
   * @param lease how long a process counts as in contact after it was heard, shared configuration
   * @param expectedNodes nodes the majority is counted from, shared configuration
   * @param sessions sessions that a process had when it was last known, for the settling time; any
   *     thread, never blocks
   * @param clock monotonic time, and the loop for futures and listeners
   * @param failed called once if the watch thread fails; must end the process without closing its
   *     sockets ({@code Runtime.halt})
   */
  public record Settings(
      String cluster,
      HostPort watch,
      Supplier<Duration> lease,
      IntSupplier expectedNodes,
      ToLongFunction<dev.holdfast.words.NodeId> sessions,
      ControlLoop clock,
      Runnable failed) {
    long leaseNanos() {
      return lease.get().toNanos();
    }

    /** Time between two pulses: a twentieth of the lease, 20 to 500 ms. */
    long pulseNanos() {
      return Math.max(20_000_000L, Math.min(500_000_000L, leaseNanos() / 20));
    }
  }

  /** The addresses of the others as they are kept on disk. */
  record Addresses(List<WatchRow> rows) {
    static final StateFolder.Kind<Addresses> KIND =
        new StateFolder.Kind<>(
            "peers", 1, Addresses.class, "the others are found by join and by the store");
  }

  private static final Logger LOG = LoggerFactory.getLogger(Members.class);
  private static final Duration RECONCILE = Duration.ofSeconds(3);

  private final Identity identity;
  private final Settings settings;
  private final StateFolder folder;
  private final ControlLoop loop;
  private final ExecutorService work;
  private final Watch watch;
  private final Promise<Void> joined = Promise.promise();
  private final List<Consumer<Contact>> listeners = new CopyOnWriteArrayList<>();
  private final List<Runnable> endings = new ArrayList<>(); // control loop
  private volatile @Nullable View view;
  private volatile boolean leaving;

  private Members(Identity identity, StateFolder folder, Settings settings) throws StartFault {
    this.identity = identity;
    this.settings = settings;
    this.folder = folder;
    this.loop = settings.clock();
    work =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "holdfast-watch-disk");
              thread.setDaemon(true);
              return thread;
            });
    watch = new Watch(identity, settings, folder, work, new Told(), loop.nanos());
  }

  /**
   * Binds the watch address, writes the roster and begins to watch whom the disk remembers.
   *
   * @throws StartFault if the address is taken or the folder cannot be written
   */
  public static Members start(Identity identity, StateFolder folder, Settings settings)
      throws StartFault {
    List<WatchRow> remembered =
        folder.read(Addresses.KIND).map(Addresses::rows).orElseGet(List::of);
    Members members = new Members(identity, folder, settings);
    members.watch.open(remembered);
    return members;
  }

  /** Who this process is. */
  public Identity identity() {
    return identity;
  }

  /** Where this process can be watched, with the port that was taken. */
  public HostPort watch() {
    return watch.address();
  }

  /**
   * Announces the watch address in the store and reads those of the others: now, when members or
   * rows change, and every few seconds, so that a lost row is written again.
   */
  public void attach(Store store) {
    loop.execute(
        () -> {
          Runnable reconcile = () -> reconcile(store);
          endings.add(store.onMembers(reconcile)::cancel);
          endings.add(store.onChange(WatchRow.TABLE, key -> reconcile.run())::cancel);
          endings.add(loop.every(RECONCILE, reconcile)::cancel);
          endings.add(() -> removeRow(store));
          reconcile.run();
        });
  }

  private void reconcile(Store store) {
    WatchRow mine = new WatchRow(identity.id(), watch.address());
    String key = identity.id().name().toString();
    store
        .readAll(WatchRow.TABLE)
        .compose(
            rows -> {
              rows.values().forEach(this::announce);
              boolean absent = !mine.equals(rows.get(key));
              return absent && !leaving
                  ? store.write(WatchRow.TABLE, key, mine)
                  : Future.<Void>succeededFuture();
            })
        .onFailure(fault -> LOG.debug("The watch addresses were not read", fault));
  }

  private void removeRow(Store store) {
    if (leaving) {
      store
          .remove(WatchRow.TABLE, identity.id().name().toString())
          .onFailure(fault -> LOG.debug("The watch address was not removed", fault));
    }
  }

  /**
   * Watches whoever is at an address. A refusal there ends the start even if it is only the name of
   * the cluster that differs.
   */
  public void meet(HostPort address) {
    watch.post(() -> watch.peers().seed(address, loop.nanos()));
  }

  /** Watches a process at an address, as if its row said so. */
  void announce(WatchRow row) {
    watch.post(() -> watch.peers().address(row, loop.nanos()));
  }

  /**
   * Completes when a majority stored this process (for a first node: when enough of the expected
   * nodes met). Fails with a {@link StartFault} when it is refused: other cluster, name in use,
   * unknown protocol, clock behind; the start should end then, with the line.
   */
  public Future<Void> joined() {
    return joined.future();
  }

  /** Who is there now; what is older than a lease at this moment does not count. Never blocks. */
  public Contact contact() {
    return view.contact(settings.leaseNanos(), settings.expectedNodes().getAsInt(), loop.nanos());
  }

  /** Whether a majority would be in contact if so many nodes were expected. Never blocks. */
  public boolean majorityOf(int expectedNodes) {
    return view.majority(settings.leaseNanos(), expectedNodes, loop.nanos());
  }

  /** Calls back on the control loop when {@link #contact} changes, and each second. */
  public void onContact(Consumer<Contact> listener) {
    listeners.add(listener);
    loop.execute(() -> listener.accept(contact()));
  }

  /**
   * Takes the operator's word that a node is gone; the answer says what became of it, within 5 s.
   */
  public Future<Forgetting> forget(NodeName name) {
    Promise<Forgetting> done = Promise.promise();
    watch.post(() -> watch.forget(name, done));
    return onLoop(done.future());
  }

  /**
   * Says that this process ends, after its last session did: its permits are free at once (settling
   * time) and its name leaves the roster. Completes when the words are with the kernel and the
   * disk, after about a second at most; from then on nobody can watch this process, and {@link
   * #close} follows.
   */
  public Future<Void> goodbye() {
    leaving = true;
    loop.execute(
        () -> {
          endings.forEach(Runnable::run);
          endings.clear();
        });
    Promise<Void> done = Promise.promise();
    watch.post(() -> watch.leave(done));
    return onLoop(done.future());
  }

  /** The watch connections of this process. */
  public Future<List<LinkStatus>> links() {
    Promise<List<LinkStatus>> done = Promise.promise();
    watch.post(() -> done.complete(watch.peers().links(loop.nanos())));
    return onLoop(done.future());
  }

  private <T> Future<T> onLoop(Future<T> future) {
    Promise<T> promise = Promise.promise();
    future.onComplete(result -> loop.execute(() -> promise.handle(result)));
    return promise.future();
  }

  /**
   * Ends the room. Without a {@link #goodbye} before, nothing is proven by it: the connections are
   * reset. Returns when nothing is written to the folder any more, or after a second: another may
   * have the lock of it then.
   */
  @Override
  public void close() {
    loop.execute(
        () -> {
          endings.forEach(Runnable::run);
          endings.clear();
        });
    watch.close();
    work.shutdown();
    try {
      if (!work.awaitTermination(1, TimeUnit.SECONDS)) {
        LOG.warn("A state file is being written still path={}", folder.path());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the watch thread tells. */
  private final class Told implements Watch.Events {
    @Override
    public void view(View now, boolean tell) {
      view = now;
      if (tell) {
        loop.execute(
            () -> {
              Contact contact = contact();
              listeners.forEach(listener -> listener.accept(contact));
            });
      }
    }

    @Override
    public void accepted() {
      loop.execute(joined::tryComplete);
    }

    @Override
    public void refused(String line, long incarnation) {
      work.execute(
          () -> {
            String said = line;
            try {
              identity.raiseFloor(folder, incarnation);
            } catch (StartFault e) {
              said = e.getMessage();
            }
            StartFault fault = new StartFault(said);
            loop.execute(() -> joined.tryFail(fault));
          });
    }

    @Override
    public void addresses(List<WatchRow> rows) {
      Addresses addresses = new Addresses(List.copyOf(rows));
      work.execute(
          () -> {
            try {
              folder.write(Addresses.KIND, addresses);
            } catch (IOException e) {
              LOG.warn("The addresses of the others cannot be kept fault={}", e.toString());
            }
          });
    }
  }
}
