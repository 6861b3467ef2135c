package dev.holdfast.directory;

import dev.holdfast.config.ServerConfig;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.members.Contact;
import dev.holdfast.store.Store;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
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
 * <p>State belongs to the control loop; {@link #current} and {@link #drift} may be asked by any
 * thread, changes may be ordered by any thread. Futures complete on the control loop; they fail
 * only if the store does not answer, and then the change may have been made.
 */
public final class IntentDesk {
  /** The steps of this room, for a store that runs only steps that it knows. */
  public static final List<Class<?>> STEPS = List.of(IntentStep.class);

  /** How often the row is read without a hint. */
  public static final Duration RECONCILE = Duration.ofSeconds(2);

  /** How long a younger member waits for an older one to write the first row. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration RETRY = Duration.ofMillis(200);
  private static final int TRIES = 8;
  private static final Logger LOG = LoggerFactory.getLogger(IntentDesk.class);

  private final Store store;
  private final ControlLoop loop;
  private final Supplier<Contact> contact;
  private final Supplier<String> lineages;
  private final SharedConfig file;
  private final Consumer<SavedIntent> disk;
  private final List<Consumer<Intent>> listeners = new CopyOnWriteArrayList<>();
  private final Promise<Intent> started = Promise.promise();
  private volatile @Nullable Intent current;
  private volatile boolean drift;
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
   * @param contact who is there now; any thread
   * @param lineages a new random text each time, for a cluster's first intent
   * @param file what this node's file says
   * @param disk keeps the value on disk; called on the control loop, must not block it, the last
   *     value counts
   */
  public IntentDesk(
      Store store,
      ControlLoop loop,
      Supplier<Contact> contact,
      Supplier<String> lineages,
      SharedConfig file,
      Consumer<SavedIntent> disk) {
    this.store = store;
    this.loop = loop;
    this.contact = contact;
    this.lineages = lineages;
    this.file = file;
    this.disk = disk;
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
          hints = store.onChange(Intent.TABLE, key -> reconcile());
          timer = loop.every(RECONCILE, this::reconcile);
          begin(saved.filter(SavedIntent::confirmed).map(SavedIntent::intent));
        });
    return started.future();
  }

  private Intent fromFile() {
    return new Intent(lineages.get(), 1, file, Map.of(), Map.of());
  }

  private Intent fromDisk(SavedIntent saved) {
    if (saved.file().equals(file) || saved.intent().config().equals(file)) {
      return saved.intent();
    }
    LOG.info("The file changed since it was last read revision={}", saved.intent().revision() + 1);
    return saved.intent().with(file);
  }

  /** Takes the row of those who run; else writes the one this node would begin with. */
  private void begin(Optional<Intent> onDisk) {
    store
        .read(Intent.TABLE, Intent.KEY)
        .onComplete(
            answer -> {
              Intent row = answer.result();
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
        .step(Intent.TABLE, Intent.KEY, new IntentStep(wanted, true))
        .onComplete(
            answer -> {
              if (answer.failed() || answer.result().row() == null) {
                later(onDisk, answer.cause());
              } else {
                adopt(answer.result().row(), contact.get().majority());
              }
            });
  }

  private void later(Optional<Intent> onDisk, @Nullable Throwable cause) {
    LOG.warn("The store did not answer, asking again cause={}", String.valueOf(cause));
    loop.after(RETRY, () -> beginUnlessKnown(onDisk));
  }

  /** Takes what the row says, or writes it again if it was lost. On the control loop. */
  private void reconcile() {
    if (current == null || !contact.get().majority()) {
      return;
    }
    if (asking) {
      askAgain = true;
      return;
    }
    asking = true;
    store
        .read(Intent.TABLE, Intent.KEY)
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

  private void compare(@Nullable Intent row) {
    Intent mine = current;
    if (row != null && !(confirmed && mine.follows(row))) {
      adopt(row, true);
      return;
    }
    LOG.warn(
        "The stored intent was lost, writing it again revision={} stored={}",
        mine.revision(),
        row == null ? "none" : row.revision());
    store
        .step(Intent.TABLE, Intent.KEY, new IntentStep(mine, true))
        .onSuccess(
            answer -> {
              if (answer.row() != null && !mine.follows(answer.row())) {
                adopt(answer.row(), true);
              }
            });
  }

  /**
   * Makes an intent the present one. One that was made alone gives way to any that is stored where
   * a majority is; otherwise an answer that is overtaken by a later revision is ignored.
   */
  private void adopt(Intent intent, boolean majority) {
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
    boolean differs = !intent.config().equals(file);
    if (differs && !drift) {
      LOG.warn(
          "This node's file differs from the shared configuration revision={}", intent.revision());
    }
    drift = differs;
    LOG.info("Configuration in force revision={}", intent.revision());
    listeners.forEach(listener -> listener.accept(intent));
    started.tryComplete(intent);
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

  /** True if this node's file says something else than the shared configuration. Any thread. */
  public boolean drift() {
    return drift;
  }

  /** Calls back on the control loop with each intent that becomes the present one. Any thread. */
  public Store.Subscription onChange(Consumer<Intent> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Adds a server or replaces it. Any thread. */
  public Future<IntentChange> putServer(PoolName pool, ServerConfig server) {
    return change(intent -> IntentPlan.putServer(intent, pool, server));
  }

  /** Removes a server; not the last one of its pool. Any thread. */
  public Future<IntentChange> removeServer(PoolName pool, ServerName server) {
    return change(intent -> IntentPlan.removeServer(intent, pool, server));
  }

  /**
   * Sets the admin state of a server. Any thread.
   *
   * @param keep the sources that the server has come back to it while it is in DRAIN
   */
  public Future<IntentChange> setState(
      PoolName pool, ServerName server, AdminState state, boolean keep) {
    return change(intent -> IntentPlan.setState(intent, pool, server, state, keep));
  }

  /**
   * Replaces the whole configuration; admin states of servers that stay, stay. Another number of
   * expected nodes needs a majority of the old and of the new number in contact. Any thread.
   *
   * @param ifRevision the revision that it was made for, or null for any
   * @param dryRun only says what would become of it
   */
  public Future<IntentChange> replace(
      SharedConfig config, @Nullable Long ifRevision, boolean dryRun) {
    return change(
        intent -> {
          IntentPlan plan =
              IntentPlan.replace(intent, config, ifRevision, contact.get().heard().size());
          return dryRun ? plan.dry(intent) : plan;
        });
  }

  private Future<IntentChange> change(Function<Intent, IntentPlan> plan) {
    Promise<IntentChange> promise = Promise.promise();
    loop.execute(() -> attempt(plan, TRIES, promise));
    return promise.future();
  }

  private void attempt(
      Function<Intent, IntentPlan> plan, int tries, Promise<IntentChange> promise) {
    Intent mine = current;
    if (mine == null || timer == null || !contact.get().majority()) {
      promise.complete(new IntentChange.NoMajority());
      return;
    }
    IntentPlan made = plan.apply(mine);
    IntentChange end = made.endOn(mine);
    if (end != null) {
      promise.complete(end);
      return;
    }
    store
        .step(Intent.TABLE, Intent.KEY, new IntentStep(made.next(), false))
        .onFailure(promise::tryFail)
        .onSuccess(answer -> decided(plan, tries, made, answer, promise));
  }

  private void decided(
      Function<Intent, IntentPlan> plan,
      int tries,
      IntentPlan made,
      IntentStep.Answer answer,
      Promise<IntentChange> promise) {
    if (answer.holds()) {
      LOG.info("Configuration changed revision={}", made.next().revision());
      adopt(made.next(), true);
      promise.complete(new IntentChange.Done(made.next(), made.created(), true));
    } else if (tries <= 1) {
      promise.complete(new IntentChange.Conflict("others change the configuration all the time"));
    } else {
      compare(answer.row());
      loop.execute(() -> attempt(plan, tries - 1, promise));
    }
  }

  /** Ends the following; what is under way completes. Any thread. */
  public void close() {
    loop.execute(
        () -> {
          if (timer != null) {
            timer.cancel();
            timer = null;
            hints.cancel();
          }
          started.tryFail(new IllegalStateException("directory: closed"));
        });
  }
}
