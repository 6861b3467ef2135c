package dev.holdfast.directory;

import dev.holdfast.config.Difference;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.members.Contact;
import dev.holdfast.store.Store;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where this node learns what the operators want, and where they change it.
 *
 * <p>At the start the intent that others run is taken; alone, the one on disk, unless the file
 * changed since this node last read it: then the file is its next revision. Afterwards the row in
 * the store rules: a hint or the reconcile each 2 s makes every node take it. A node that finds the
 * row lost, or earlier in the same history than what it knows, writes it again; but what a node
 * made of its file without a majority gives way to what it then finds. A node without a majority
 * believes nothing of the store and changes nothing.
 *
 * <p>A change of one server is one compare-and-set. A whole configuration is first tried by every
 * node in contact ({@code Proposals}).
 *
 * <p>State belongs to the control loop; {@link #current} and {@link #drift} may be asked by any
 * thread, changes may be ordered by any thread. Futures complete on the control loop; they fail
 * only if the store does not answer, and then the change may have been made.
 */
public final class IntentDesk {
  /** The steps of this room, for a store that runs only steps that it knows. */
  public static final List<Class<?>> STEPS =
      List.of(IntentStep.class, ProposeStep.class, WithdrawStep.class);

  /**
   * Where a desk stands.
   *
   * @param store shared with the other nodes
   * @param loop the control loop
   * @param contact who is there now; any thread
   * @param majorityOf says whether a majority is in contact if so many nodes are expected
   * @param names a new random text each time
   * @param trial how this node tries a configuration
   */
  public record Place(
      Store store,
      ControlLoop loop,
      Supplier<Contact> contact,
      IntPredicate majorityOf,
      Supplier<String> names,
      Trial trial) {}

  /** How often the row is read without a hint. */
  public static final Duration RECONCILE = Duration.ofSeconds(2);

  /** How long a younger member waits for an older one to write the first row. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration RETRY = Duration.ofMillis(200);
  private static final int TRIES = 8;
  private static final int SHOWN = 5;
  private static final Logger LOG = LoggerFactory.getLogger(IntentDesk.class);

  private final Place place;
  private final Store store;
  private final ControlLoop loop;
  private final Supplier<Contact> contact;
  private final SharedConfig file;
  private final Proposals proposals;
  private final Consumer<SavedIntent> disk;
  private final List<Consumer<Intent>> listeners = new CopyOnWriteArrayList<>();
  private final Promise<Intent> started = Promise.promise();
  private volatile @Nullable Intent current;
  private volatile List<String> drift = List.of();
  private volatile SharedConfig fileNow; // the file may have been read again
  private boolean confirmed; // a majority was seen while the present intent was in force
  private @Nullable Intent standing; // what this node would begin with if nobody else runs
  private long begunAtNanos;
  private boolean asking;
  private boolean askAgain;
  private ControlLoop.@Nullable Timer timer;
  private Store.@Nullable Subscription hints;

  /**
   * A desk that has not read anything yet.
   *
   * @param file what this node's file says
   * @param disk keeps the value on disk; called on the control loop, must not block it, the last
   *     value counts
   */
  public IntentDesk(Place place, SharedConfig file, Consumer<SavedIntent> disk) {
    this.place = place;
    this.store = place.store();
    this.loop = place.loop();
    this.contact = place.contact();
    this.file = file;
    this.fileNow = file;
    this.disk = disk;
    this.proposals = new Proposals(place, this);
  }

  /**
   * Finds the intent to begin with, and follows it from then on. Completes on the control loop when
   * {@link #current} is known; fails only if the desk is closed before. A store that does not
   * answer is asked again.
   *
   * @param saved what the disk holds, empty at the first start
   */
  public Future<Intent> start(Optional<SavedIntent> saved) {
    loop.execute(
        () -> {
          standing = saved.map(this::fromDisk).orElseGet(this::fromFile);
          begunAtNanos = loop.nanos();
          hints = store.onChange(IntentRow.TABLE, key -> reconcile());
          timer = loop.every(RECONCILE, this::reconcile);
          begin(saved.filter(SavedIntent::confirmed).map(SavedIntent::intent));
        });
    return started.future();
  }

  private Intent fromFile() {
    return Intent.first(place.names().get(), file, new Made(byFile(), loop.wallMs(), List.of()));
  }

  private String byFile() {
    return "file of " + contact.get().self().name();
  }

  private Intent fromDisk(SavedIntent saved) {
    if (saved.file().equals(file) || saved.intent().config().equals(file)) {
      return saved.intent();
    }
    LOG.info("The file changed since it was last read revision={}", saved.intent().revision() + 1);
    return saved.intent().with(file).made(byFile(), loop.wallMs(), saved.intent());
  }

  /** Takes the row of those who run; else writes the one this node would begin with. */
  private void begin(Optional<Intent> onDisk) {
    store
        .read(IntentRow.TABLE, IntentRow.KEY)
        .onComplete(
            answer -> {
              Intent row = answer.result() == null ? null : answer.result().intent();
              if (answer.failed()) {
                later(onDisk, answer.cause());
              } else if (row != null) {
                // whole cluster was down, an older copy came up first: the later one rules
                Intent best = onDisk.filter(mine -> mine.follows(row)).orElse(row);
                settle(best, onDisk);
              } else if (mayWriteFirst()) {
                settle(standing, onDisk);
              } else {
                loop.after(RETRY, () -> beginUnlessKnown(onDisk));
              }
            });
  }

  private void beginUnlessKnown(Optional<Intent> onDisk) {
    if (current == null && timer != null) {
      begin(onDisk);
    }
  }

  private boolean mayWriteFirst() {
    return store.members().indexOf(contact.get().self()) <= 0
        || loop.nanos() - begunAtNanos >= PATIENCE.toNanos();
  }

  private void settle(Intent wanted, Optional<Intent> onDisk) {
    store
        .step(IntentRow.TABLE, IntentRow.KEY, new IntentStep(wanted, true, null))
        .onComplete(
            answer -> {
              if (answer.failed() || answer.result().row() == null) {
                later(onDisk, answer.cause());
              } else {
                adopt(answer.result().row().intent(), contact.get().majority());
              }
            });
  }

  private void later(Optional<Intent> onDisk, @Nullable Throwable cause) {
    LOG.warn("The store did not answer, asking again cause={}", String.valueOf(cause));
    loop.after(RETRY, () -> beginUnlessKnown(onDisk));
  }

  /** Takes what the row says, or writes it again if it was lost. On the control loop. */
  void reconcile() {
    if (current == null || !contact.get().majority()) {
      return;
    }
    if (asking) {
      askAgain = true;
      return;
    }
    asking = true;
    store
        .read(IntentRow.TABLE, IntentRow.KEY)
        .onComplete(
            answer -> {
              asking = false;
              if (answer.succeeded() && timer != null) {
                compare(answer.result());
              }
              if (askAgain) {
                askAgain = false;
                reconcile();
              }
            });
  }

  /** Compares what this node knows with a row that was read while a majority was in contact. */
  void compare(@Nullable IntentRow row) {
    Intent mine = current;
    if (row != null && !(confirmed && mine.follows(row.intent()))) {
      adopt(row.intent(), true);
      proposals.seen(row.proposal());
      return;
    }
    LOG.warn(
        "The stored intent was lost, writing it again revision={} stored={}",
        mine.revision(),
        row == null ? "none" : row.intent().revision());
    store
        .step(IntentRow.TABLE, IntentRow.KEY, new IntentStep(mine, true, null))
        .onSuccess(
            answer -> {
              if (answer.intent() != null && !mine.follows(answer.intent())) {
                adopt(answer.intent(), true);
              }
            });
  }

  /**
   * Makes an intent the present one. One that was made alone gives way to any that is stored where
   * a majority is; otherwise an answer that is overtaken by a later revision is ignored.
   */
  void adopt(Intent intent, boolean majority) {
    Intent before = current;
    boolean late = before != null && confirmed && before.follows(intent);
    boolean known = intent.equals(before);
    if (timer == null || late || (known && confirmed == majority)) {
      return;
    }
    confirmed = majority || (known && confirmed);
    current = intent;
    disk.accept(new SavedIntent(intent, file, confirmed));
    if (known) {
      return;
    }
    compareFile(intent);
    LOG.info(
        "Configuration taken revision={} by={} what={}",
        intent.revision(),
        intent.made().who(),
        intent.made().what());
    listeners.forEach(listener -> listener.accept(intent));
    started.tryComplete(intent);
  }

  /**
   * This node's file was read again: what it says of the shared configuration is compared with that
   * from now on, and is not taken over. At the next start alone it counts as changed. Any thread.
   */
  public void fileRead(SharedConfig shared) {
    loop.execute(
        () -> {
          fileNow = shared;
          if (current != null) {
            compareFile(current);
          }
        });
  }

  private void compareFile(Intent intent) {
    List<String> keys =
        Difference.between(intent.config(), fileNow).stream().map(Difference::key).toList();
    if (!keys.isEmpty() && !keys.equals(drift)) {
      LOG.warn(
          "This node's file differs from the shared configuration revision={} keys={}{}",
          intent.revision(),
          String.join(",", keys.subList(0, Math.min(SHOWN, keys.size()))),
          keys.size() > SHOWN ? " more=" + (keys.size() - SHOWN) : "");
    }
    drift = keys;
  }

  /**
   * What the operators want, as this node knows it. Any thread.
   *
   * @throws IllegalStateException before {@link #start} has completed
   */
  public Intent current() {
    Intent intent = current;
    if (intent == null) {
      throw new IllegalStateException("directory: the intent is not known yet");
    }
    return intent;
  }

  /**
   * The keys of the shared configuration for which this node's file says something else, as {@link
   * Difference#key}. Any thread.
   */
  public List<String> drift() {
    return drift;
  }

  /** Calls back on the control loop with each intent that becomes the present one. Any thread. */
  public Store.Subscription onChange(Consumer<Intent> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /**
   * Adds a server or replaces it. Any thread.
   *
   * @param who the operator, for the list of revisions
   */
  public Future<IntentChange> putServer(PoolName pool, ServerConfig server, String who) {
    return change(intent -> IntentPlan.putServer(intent, pool, server), who);
  }

  /** Removes a server; not the last one of its pool. Any thread. */
  public Future<IntentChange> removeServer(PoolName pool, ServerName server, String who) {
    return change(intent -> IntentPlan.removeServer(intent, pool, server), who);
  }

  /**
   * Sets the admin state of a server. Any thread.
   *
   * @param keep the sources that the server has come back to it while it is in DRAIN
   */
  public Future<IntentChange> setState(
      PoolName pool, ServerName server, AdminState state, boolean keep, String who) {
    return change(intent -> IntentPlan.setState(intent, pool, server, state, keep), who);
  }

  /**
   * Pins a source to a server, or with null takes its pin away. Any thread.
   *
   * @param address is cut to the prefixes of the pool
   */
  public Future<IntentChange> pin(
      PoolName pool, Source address, @Nullable ServerName server, String who) {
    return change(intent -> IntentPlan.pin(intent, pool, address, server), who);
  }

  /**
   * Replaces the whole configuration once every node in contact has tried it; admin states and pins
   * of servers that stay, stay. Another number of expected nodes needs a majority of the old and of
   * the new number in contact. Any thread.
   *
   * @param ifRevision the revision that it was made for
   */
  public Future<IntentChange> replace(SharedConfig config, long ifRevision, String who) {
    Promise<IntentChange> promise = Promise.promise();
    loop.execute(() -> proposals.propose(plan(config, ifRevision), who, promise));
    return promise.future();
  }

  /** What would become of a {@link #replace}, without the trial. Any thread. */
  public Future<IntentChange> rehearse(SharedConfig config, long ifRevision) {
    Promise<IntentChange> promise = Promise.promise();
    loop.execute(
        () -> {
          Intent mine = believed();
          promise.complete(
              mine == null
                  ? IntentChange.NoMajority.NONE
                  : plan(config, ifRevision).apply(mine).dry(mine).end());
        });
    return promise.future();
  }

  private Function<Intent, IntentPlan> plan(SharedConfig config, long ifRevision) {
    return intent -> IntentPlan.replace(intent, config, ifRevision, place.majorityOf());
  }

  /** The present intent, or null while this node may change nothing. */
  @Nullable Intent believed() {
    return timer == null || !contact.get().majority() ? null : current;
  }

  private Future<IntentChange> change(Function<Intent, IntentPlan> plan, String who) {
    Promise<IntentChange> promise = Promise.promise();
    loop.execute(() -> attempt(plan, who, TRIES, promise));
    return promise.future();
  }

  private void attempt(
      Function<Intent, IntentPlan> plan, String who, int tries, Promise<IntentChange> promise) {
    Intent mine = believed();
    if (mine == null) {
      promise.complete(IntentChange.NoMajority.NONE);
      return;
    }
    IntentPlan made = plan.apply(mine);
    IntentChange end = made.endOn(mine);
    if (end != null) {
      promise.complete(end);
      return;
    }
    Intent next = made.next().made(who, loop.wallMs(), mine);
    store
        .step(IntentRow.TABLE, IntentRow.KEY, new IntentStep(next, false, null))
        .onFailure(promise::tryFail)
        .onSuccess(
            answer -> {
              if (answer.holds()) {
                adopt(next, true);
                promise.complete(new IntentChange.Done(next, made.created(), true));
              } else if (tries <= 1) {
                promise.complete(
                    new IntentChange.Conflict("others change the configuration all the time"));
              } else {
                compare(answer.row());
                loop.execute(() -> attempt(plan, who, tries - 1, promise));
              }
            });
  }

  /** Ends the following; what is under way completes. Any thread. */
  public void close() {
    loop.execute(
        () -> {
          if (timer != null) {
            timer.cancel();
            timer = null;
            hints.cancel();
            proposals.close();
          }
          started.tryFail(new IllegalStateException("directory: closed"));
        });
  }
}
