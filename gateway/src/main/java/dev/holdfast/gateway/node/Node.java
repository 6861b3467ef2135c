package dev.holdfast.gateway.node;

import dev.holdfast.admin.AdminVerticle;
import dev.holdfast.admin.Calls;
import dev.holdfast.admin.ClusterCalls;
import dev.holdfast.admin.ConfigCalls;
import dev.holdfast.admin.EventCalls;
import dev.holdfast.admin.NodeCalls;
import dev.holdfast.admin.OperationCalls;
import dev.holdfast.admin.PinCalls;
import dev.holdfast.admin.ServerCalls;
import dev.holdfast.admin.SessionCalls;
import dev.holdfast.admin.contract.Contract;
import dev.holdfast.admin.metrics.Metrics;
import dev.holdfast.chronicle.Chronicle;
import dev.holdfast.config.Settings;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.directory.ClusterView;
import dev.holdfast.directory.Directory;
import dev.holdfast.directory.Revisions;
import dev.holdfast.epoch.EpochSettings;
import dev.holdfast.epoch.Epochs;
import dev.holdfast.gateway.log.AccessLog;
import dev.holdfast.gateway.path.DataPath;
import dev.holdfast.gateway.relay.RelayMemory;
import dev.holdfast.gateway.survey.Roll;
import dev.holdfast.gateway.survey.Survey;
import dev.holdfast.ledger.Ledger;
import dev.holdfast.members.Contact;
import dev.holdfast.operations.Operations;
import dev.holdfast.operations.SavedOperations;
import dev.holdfast.tally.Tally;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeState;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node in this process. Started and ended by one thread, which blocks meanwhile; whatever was
 * started is ended in reverse order, also when a start fails half-way.
 */
final class Node {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final Ground ground;
  private final Shared shared;
  private final Parts parts;
  private final Revisions revisions;
  private final Force force;
  private final Life life;
  private final AccessLog log;
  private final Directory directory;
  private final Operations operations;
  private final OnDown onDown;
  private final Chronicle chronicle;
  private final Tally tally;
  private final AdminVerticle admin;
  private volatile boolean published;

  /**
   * Starts everything; returns when the listeners are bound and the admin API answers. Readiness
   * follows by itself.
   *
   * @throws Exception with the line that says what is in the way
   */
  Node(Settings settings, String version, Endings endings) throws Exception {
    ground = new Ground(settings, endings);
    Rehearsal trial = endings.add(new Rehearsal(), Rehearsal::close);
    shared = new Shared(ground, trial);
    Future<Contract> contract = // while all else starts; the loops that it returns to outlive it
        endings.add(
            Contract.load(shared.vertx()), one -> Waiting.until("the contract is read", one));
    SecureRandom random = new SecureRandom();
    Ledger ledger =
        endings.add(
            new Ledger(
                ground.self(), ground.loop(), shared.store(), shared.owner(), random::nextLong),
            one -> ground.loop().execute(one::close));
    log =
        endings.add(
            AccessLog.open(settings.node().accessLog(), settings.node().name().value()),
            AccessLog::close);
    List<EventLoop> loops = eventLoops(shared.vertx());
    SharedConfig config = ground.shared();
    Epochs epochs =
        endings.add(
            new Epochs(
                shared.store(),
                ground.loop(),
                ground.self(),
                EpochSettings.of(config.onPartition(), config.lease()),
                List.copyOf(loops),
                random,
                ground.disk()),
            Epochs::close);
    DataPath path =
        endings.add(
            new DataPath(
                loops,
                settings.node(),
                RelayMemory.ofHeap(),
                new DataPath.Parts(
                    ledger,
                    epochs::routes,
                    (pool, server, vote) -> publish(),
                    log,
                    random,
                    System::currentTimeMillis)),
            one -> Waiting.until("sessions end", one.close()));
    parts =
        new Parts(
            settings,
            ground.self(),
            version,
            ground.members(),
            shared.desk(),
            ledger,
            epochs,
            path,
            shared.store().calls());
    revisions =
        endings.add(
            new Revisions(
                shared.store(),
                ground.loop(),
                () -> ground.members().contact().majority(),
                kept -> ground.disk().keep(Revisions.Kept.KIND, kept)),
            Revisions::close);
    revisions.start(shared.desk(), ground.read(Revisions.Kept.KIND));
    force = new Force(parts, ground, this::configured);
    trial.over(path, force::applied);
    life = new Life(parts, this::moved);
    directory =
        endings.add(
            new Directory(
                shared.store(),
                ground.loop(),
                ground.self(),
                () ->
                    StatusRow.of(
                        parts, life.state(), settings.node().admin().bind(), force.revision()),
                ground.members()::contact,
                shared.desk(),
                pool -> epochs.state(pool).shares()),
            Directory::close);
    onDown = new OnDown(path.operated(), ground.loop());
    operations =
        endings.add(
            new Operations(
                new Operations.Parts(
                    shared.store(),
                    ground.loop(),
                    ground.self(),
                    directory::view,
                    ground.members()::contact,
                    shared.desk(),
                    path.operated(),
                    new NodeDoors(path, life),
                    random,
                    value -> ground.disk().keep(SavedOperations.KIND, value)),
                epochs),
            Operations::close);
    chronicle =
        endings.add(
            new Chronicle(shared.store(), ground.loop(), ground.self().name()), Chronicle::close);
    tally =
        endings.add(
            new Tally(
                shared.store(),
                ground.loop(),
                ground.self(),
                ground.members()::contact,
                () -> ground.shared().expectedNodes(),
                path.counts()),
            Tally::close);
    admin =
        new AdminVerticle(
            settings.node().admin(),
            settings.node().probe(),
            contract,
            calls(),
            life,
            scrapes(endings.add(new Metrics(), Metrics::close)));
    begin();
  }

  /** What the admin API serves, by concern. */
  private List<Calls> calls() {
    Survey survey =
        new Survey(
            shared.vertx(),
            ground.self().name(),
            parts.path().live(),
            () -> Roll.of(ground.members().contact()));
    survey
        .start()
        .onFailure(fault -> LOG.error("The others cannot ask cause={}", fault.getMessage()));
    ClusterAnswers cluster = new ClusterAnswers(parts, directory);
    OperationAnswers orders = new OperationAnswers(operations, cluster);
    return List.of(
        new ClusterCalls(cluster),
        new ServerCalls(new ServerChanges(parts.desk(), cluster)),
        new ConfigCalls(
            new ConfigChanges(
                shared.vertx(), parts.desk(), revisions, parts.epochs(), directory::view)),
        new PinCalls(new PinChanges(parts.desk())),
        new SessionCalls(survey),
        new NodeCalls(new NodeChanges(parts.members(), directory)),
        new OperationCalls(orders),
        new EventCalls(
            new NodeEvents(chronicle), cluster, Map.of("operations", orders::operations)));
  }

  private Supplier<Future<String>> scrapes(Metrics metrics) {
    return () ->
        shared
            .vertx()
            .executeBlocking(
                () ->
                    metrics.text(
                        ScrapeReport.of(
                            parts, directory.view(), life.state(), operations.lately())),
                false);
  }

  private static List<EventLoop> eventLoops(Vertx vertx) {
    List<EventLoop> loops = new ArrayList<>();
    for (EventExecutor loop : ((VertxInternal) vertx).nettyEventLoopGroup()) {
      loops.add((EventLoop) loop);
    }
    return loops;
  }

  /** Joins the parts: each hears what it needs, then the doors open. */
  private void begin() throws Exception {
    parts.epochs().onChange(this::routesChanged);
    Waiting.until("the configuration is in force", onLoop(force::start));
    onLoop(
        () -> {
          parts.ledger().start();
          ground.members().onContact(this::heard);
          return Future.succeededFuture();
        });
    parts.epochs().start();
    directory.onView(this::viewed);
    chronicle.watch(() -> NodeEvents.facts(operations.lately()));
    directory.onView(chronicle::look);
    chronicle.start();
    directory.start();
    operations.onChange(() -> wish(directory.view()));
    operations.start(ground.read(SavedOperations.KIND));
    tally.start();
    Waiting.until("listeners are bound", parts.path().bind());
    Waiting.until("listeners are bound", onLoop(force::applied)); // it may have changed meanwhile
    Waiting.until("the admin API listens", shared.vertx().deployVerticle(admin));
    published = true;
    life.bound(true);
    life.look();
    LOG.info(
        "Node started name={} incarnation={} watch={} admin={}",
        ground.self().name(),
        ground.self().incarnation(),
        ground.members().watch(),
        parts.settings().node().admin().bind());
  }

  private <T> Future<T> onLoop(Supplier<Future<T>> task) {
    Promise<T> promise = Promise.promise();
    ground.loop().execute(() -> task.get().onComplete(promise));
    return promise.future();
  }

  // ---------------------------------------------------------------- what the parts tell each other

  /** A configuration is in force on this node, or not wholly. Any thread. */
  private void configured(boolean wholly) {
    if (published) {
      life.bound(wholly);
      publish();
      directory.refresh(); // with this node's row as it is now
    }
  }

  /** Who is there, on the control loop: whenever it changes, and each second. */
  private void heard(Contact contact) {
    if (life.state() == NodeState.LEFT) {
      return; // what the others say of one that left is true, and no news
    }
    parts.ledger().contact(contact);
    parts.epochs().contact(contact);
    life.look();
  }

  /** A new view of the cluster, on the control loop. */
  private void viewed(ClusterView view) {
    Map<NodeId, Long> sessions = new HashMap<>();
    view.nodes()
        .values()
        .forEach(node -> sessions.put(node.status().id(), node.status().sessions().current()));
    ground.sessions(sessions);
    parts.path().panics(view.panics());
    onDown.close(OnDown.of(view), ground.loop().nanos());
    wish(view);
    life.look();
  }

  /** Any change of the view or of the slots that a rebalance gives back. On the control loop. */
  private void wish(ClusterView view) {
    view.pools()
        .keySet()
        .forEach(name -> parts.epochs().wish(name, view.wish(name, operations.givenBack(name))));
  }

  private void routesChanged() {
    life.look();
    publish();
  }

  private void moved(NodeState state) {
    LOG.info("Node is {} name={}", state, ground.self().name());
    parts.epochs().state(state);
    publish();
  }

  private void publish() {
    if (published) {
      directory.publish();
    }
  }

  // ---------------------------------------------------------------- to the end

  /** Completes with the line that says why the others do not let this node be one of them. */
  Future<String> refused() {
    Promise<String> refused = Promise.promise();
    ground.members().joined().onFailure(fault -> refused.tryComplete(fault.getMessage()));
    return refused.future();
  }

  /** Reads again what may be read again while running: tokens, certificates, the log file. */
  void reload() {
    log.reopen();
    parts.path().health().reload();
    admin
        .reload()
        .onSuccess(done -> LOG.info("Tokens, certificates and log file were read again"))
        .onFailure(fault -> LOG.error("Nothing was read again cause={}", fault.getMessage()));
  }

  /** The file was read again: what it says of the shared configuration is compared, not taken. */
  void fileRead(SharedConfig file) {
    parts.desk().fileRead(file);
    publish();
  }

  /** Readiness fails from now on; listening goes on. */
  void drain() {
    life.end();
  }

  /** Ends listening without a reset for who connected, then the sessions, the last at the end. */
  Future<Integer> endSessions(Duration within) {
    return parts
        .path()
        .stopListening()
        .compose(stopped -> parts.path().endSessions(all -> true, within, 'N'));
  }

  /** Says goodbye to the others, after the last session. Blocks, at most a few seconds. */
  void leave() {
    life.leave();
    ground.loop().execute(parts.ledger()::close); // it holds nothing any more, and asks nobody
    say("the epochs are told", parts.epochs().leave());
    say("the directory is told", directory.leave());
    say("the others are told", ground.members().goodbye());
  }

  private static void say(String what, Future<?> words) {
    try {
      Waiting.within(LAST_WORDS, what, words);
    } catch (StartFault e) {
      LOG.warn("Left without a word cause={}", e.getMessage());
    }
  }
}
