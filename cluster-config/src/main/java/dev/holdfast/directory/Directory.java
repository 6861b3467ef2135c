package dev.holdfast.directory;

import dev.holdfast.config.Check;
import dev.holdfast.config.ListenerConfig;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.directory.ClusterView.Node;
import dev.holdfast.directory.PoolVerdict.Votes;
import dev.holdfast.members.Contact;
import dev.holdfast.store.Store;
import dev.holdfast.store.Table;
import dev.holdfast.store.Table.Tells;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the nodes say of themselves. Each second, and at once when asked, this node writes its row;
 * the store tells all nodes of it, and all rows are read every few seconds, should one not be told.
 * Of the rows and of the intent it makes a {@link ClusterView} that any thread may take for
 * nothing. At most one write and one reading are under way.
 *
 * <p>State belongs to the control loop. A store that does not answer leaves the last view in place;
 * its nodes turn LOST as they are not heard.
 */
public final class Directory {
  /** The rows, by name of the node. */
  public static final Table<NodeStatus> TABLE = new Table<>("status", NodeStatus.class, Tells.ROW);

  /** How often the row is written and a view is made. */
  public static final Duration PERIOD = Duration.ofSeconds(1);

  /** All rows are read in each fifth period, and in the first ones. */
  private static final int READ_ALL = 5;

  /** A row of a name that is on no roster is removed after it said nothing new for this long. */
  static final Duration FORGET = Duration.ofMinutes(1);

  private static final Duration HINT_DELAY = Duration.ofMillis(50);

  /** The rows of many nodes together make this node look so often at most. */
  private static final Duration HINT_GAP = Duration.ofMillis(500);

  private static final Logger LOG = LoggerFactory.getLogger(Directory.class);

  /**
   * The newest row of a node.
   *
   * @param atNanos when it was first read
   * @param since the traffic that its rates count from
   * @param rates what flows through it
   */
  private record Heard(
      NodeStatus status, long atNanos, NodeStatus.Traffic since, Map<ListenerName, Rates> rates) {
    /** A newer row of a node of which this was known, if anything. */
    static Heard of(NodeStatus row, long now, @Nullable Heard before) {
      boolean same = before != null && before.status.id().equals(row.id());
      Map<ListenerName, Rates> rates =
          same ? Rates.between(before.since, row.traffic()) : Map.<ListenerName, Rates>of();
      return rates == null // two rows at once: the rates go on
          ? new Heard(row, now, before.since, before.rates)
          : new Heard(row, now, row.traffic(), rates);
    }
  }

  private final Store store;
  private final ControlLoop loop;
  private final NodeId self;
  private final Supplier<NodeStatus> status;
  private final Supplier<Contact> contact;
  private final IntentDesk desk;
  private final Function<PoolName, Map<ServerName, Integer>> slots;
  private final Map<NodeName, Heard> heard = new TreeMap<>();
  private final Map<PoolName, PoolHealth> health = new HashMap<>();
  private final Sums sums = new Sums();
  private final List<Consumer<ClusterView>> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable ClusterView view;
  private long sequence;
  private boolean writing;
  private boolean writeAgain;
  private boolean reading;
  private final Map<String, NodeStatus> told = new TreeMap<>();
  private boolean lookSoon;
  private long lookedAtNanos;
  private int ticks;
  private ControlLoop.@Nullable Timer timer;
  private Store.@Nullable Subscription hints;

  /**
   * A directory that has not begun.
   *
   * @param self this process
   * @param status what this node says of itself, its sequence ignored; asked on the control loop
   * @param contact who is there now; any thread
   * @param desk has started when {@link #start} is called
   * @param slots how many slots this node's table of a pool gives to each server; asked on the
   *     control loop
   */
  public Directory(
      Store store,
      ControlLoop loop,
      NodeId self,
      Supplier<NodeStatus> status,
      Supplier<Contact> contact,
      IntentDesk desk,
      Function<PoolName, Map<ServerName, Integer>> slots) {
    this.store = store;
    this.loop = loop;
    this.self = self;
    this.status = status;
    this.contact = contact;
    this.desk = desk;
    this.slots = slots;
    this.lookedAtNanos = loop.nanos() - HINT_GAP.toNanos();
  }

  /** Begins to write and read. {@link #view} is known once this task has run. Any thread. */
  public void start() {
    loop.execute(
        () -> {
          hints = store.onRow(TABLE, this::told);
          timer = loop.every(PERIOD, this::tick);
          look();
          tick();
        });
  }

  /**
   * The cluster as it is known now. Any thread.
   *
   * @throws IllegalStateException before {@link #start} has run
   */
  public ClusterView view() {
    ClusterView now = view;
    if (now == null) {
      throw new IllegalStateException("directory: not started");
    }
    return now;
  }

  /** Makes a new view of what is known, without reading anything. Any thread. */
  public void refresh() {
    loop.execute(
        () -> {
          if (timer != null) {
            look();
          }
        });
  }

  /** Calls back on the control loop with each new view. Any thread. */
  public Store.Subscription onView(Consumer<ClusterView> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Writes this node's row now: a vote or a state changed. Any thread. */
  public void publish() {
    loop.execute(this::write);
  }

  /**
   * Writes this node's last row, state LEFT, and ends. Completes when the store has it; fails if
   * the store does not answer. Any thread.
   */
  public Future<Void> leave() {
    Promise<Void> promise = Promise.promise();
    loop.execute(
        () -> {
          stop();
          store.write(TABLE, self.name().value(), row(NodeState.LEFT)).onComplete(promise);
        });
    return promise.future();
  }

  /** Ends without a word. Any thread. */
  public void close() {
    loop.execute(this::stop);
  }

  private void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
      hints.cancel();
    }
  }

  private void tick() {
    write();
    if (ticks++ % READ_ALL == 0 || ticks < READ_ALL) {
      read();
    } else {
      look();
    }
  }

  /** A row that only counts on waits for the next period. */
  private void told(String key, NodeStatus row) {
    if (key.equals(self.name().value())) {
      return;
    }
    told.merge(key, row, (before, now) -> newer(now, before) ? now : before);
    Heard before = heard.get(row.id().name());
    if (before == null || row.isNews(before.status())) {
      lookSoon();
    }
  }

  private void lookSoon() {
    if (!lookSoon) {
      lookSoon = true;
      long gapNanos = lookedAtNanos + HINT_GAP.toNanos() - loop.nanos();
      loop.after(
          Duration.ofNanos(Math.max(HINT_DELAY.toNanos(), gapNanos)),
          () -> {
            lookSoon = false;
            if (timer != null) {
              look();
            }
          });
    }
  }

  private NodeStatus row(@Nullable NodeState state) {
    NodeStatus now = status.get();
    return new NodeStatus(
        self,
        ++sequence,
        state == null ? now.state() : state,
        now.version(),
        now.admin(),
        now.sessions(),
        now.permits(),
        now.revision(),
        now.drift(),
        now.driftKeys(),
        now.majority(),
        now.listeners(),
        now.pools(),
        now.traffic());
  }

  private void write() {
    if (timer == null) {
      return;
    }
    if (writing) {
      writeAgain = true;
      return;
    }
    writing = true;
    NodeStatus row = row(null);
    heard.compute(self.name(), (name, before) -> Heard.of(row, loop.nanos(), before));
    store
        .write(TABLE, self.name().value(), row)
        .onComplete(
            answer -> {
              writing = false;
              if (writeAgain) {
                writeAgain = false;
                write();
              }
            });
  }

  private void read() {
    if (timer == null || reading) {
      return;
    }
    reading = true;
    store
        .readAll(TABLE)
        .onComplete(
            answer -> {
              reading = false;
              if (timer == null) {
                return;
              }
              if (answer.succeeded()) {
                take(answer.result());
              } else {
                ticks = 0; // the next period reads again
              }
              look();
            });
  }

  /** Takes the rows that say something new. */
  private void take(Map<String, NodeStatus> rows) {
    long now = loop.nanos();
    for (NodeStatus row : rows.values()) {
      NodeName name = row.id().name();
      Heard before = heard.get(name);
      if (!name.equals(self.name()) && (before == null || newer(row, before.status()))) {
        heard.put(name, Heard.of(row, now, before));
      }
    }
  }

  /** Forgets the rows of names that are long gone. */
  private void forget(Contact there) {
    long now = loop.nanos();
    List<NodeName> forgotten = new ArrayList<>();
    heard.forEach(
        (name, last) -> {
          boolean old = now - last.atNanos() >= FORGET.toNanos();
          if (old && !name.equals(self.name()) && !there.roster().containsKey(name)) {
            forgotten.add(name);
          }
        });
    for (NodeName name : forgotten) {
      heard.remove(name);
      if (there.majority()) {
        LOG.info("The row of a node that is gone was removed node={}", name);
        store.remove(TABLE, name.value());
      }
    }
  }

  private static boolean newer(NodeStatus row, NodeStatus before) {
    int byProcess = Long.compare(row.id().incarnation(), before.id().incarnation());
    return byProcess > 0 || (byProcess == 0 && row.sequence() > before.sequence());
  }

  /** Makes a view of what is known now. */
  private void look() {
    take(told);
    told.clear();
    Contact there = contact.get();
    forget(there);
    Intent intent = desk.current();
    SharedConfig config = intent.config();
    long now = loop.nanos();
    lookedAtNanos = now;
    Map<NodeName, Node> nodes = new TreeMap<>();
    heard.forEach((name, last) -> nodes.put(name, node(last, there, config.lease(), now)));
    List<NodeStatus> counted =
        nodes.values().stream().filter(Node::counts).map(Node::status).toList();
    Map<Scope, @Nullable Long> limits = Sums.limits(config);
    sums.keep(limits.keySet());
    Map<Scope, ClusterView.Sum> scopes = new TreeMap<>();
    limits.forEach((scope, limit) -> scopes.put(scope, Sums.permits(counted, scope, limit)));
    Map<ListenerName, ClusterView.Listener> listening = new TreeMap<>();
    for (ListenerConfig listener : config.listeners()) {
      listening.put(
          listener.name(),
          new ClusterView.Listener(
              listener,
              sums.listener(counted, listener.name(), listener.limits().sessions()),
              rates(listener.name(), nodes)));
    }
    Map<PoolName, ClusterView.Pool> pools = new TreeMap<>();
    health.keySet().removeIf(pool -> config.pool(pool).isEmpty());
    for (PoolConfig pool : config.pools()) {
      pools.put(pool.name(), pool(pool, intent, counted, now));
    }
    ClusterView made =
        new ClusterView(
            now,
            intent,
            !desk.drift().isEmpty(),
            leader(there),
            there.majority(),
            sums.sessions(counted, config.sessions()),
            nodes,
            scopes,
            listening,
            pools);
    HealthLog.tell(view, made);
    view = made;
    listeners.forEach(listener -> listener.accept(made));
  }

  private Rates rates(ListenerName listener, Map<NodeName, Node> nodes) {
    Rates sum = Rates.NONE;
    for (Map.Entry<NodeName, Node> node : nodes.entrySet()) {
      if (node.getValue().counts()) {
        sum = sum.plus(heard.get(node.getKey()).rates().getOrDefault(listener, Rates.NONE));
      }
    }
    return sum;
  }

  private Node node(Heard last, Contact there, Duration lease, long now) {
    NodeStatus row = last.status();
    long silent = now - last.atNanos();
    boolean lost = !there.heard().contains(row.id()) || silent > lease.toNanos();
    boolean itself = row.id().equals(self) || row.state() == NodeState.LEFT;
    return new Node(row, lost && !itself ? NodeState.LOST : row.state(), silent / 1_000_000);
  }

  private @Nullable NodeName leader(Contact there) {
    Optional<NodeId> oldest = store.members().stream().filter(there.heard()::contains).findFirst();
    return there.majority() ? oldest.map(NodeId::name).orElse(null) : null;
  }

  private ClusterView.Pool pool(
      PoolConfig pool, Intent intent, List<NodeStatus> counted, long now) {
    Map<ServerName, Votes> votes = new HashMap<>();
    if (pool.check().type() != Check.Type.NONE) {
      pool.servers()
          .forEach(
              server -> votes.put(server.name(), Sums.votes(counted, pool.name(), server.name())));
    }
    PoolVerdict verdict =
        health
            .computeIfAbsent(pool.name(), PoolHealth::new)
            .judge(pool, intent.states(pool.name()), intent.keeping(pool.name()), votes, now);
    Map<ServerName, Integer> shares = slots.apply(pool.name());
    Map<ServerName, ClusterView.Server> servers = new TreeMap<>();
    for (ServerConfig server : pool.servers()) {
      servers.put(
          server.name(),
          new ClusterView.Server(
              server,
              verdict.servers().get(server.name()),
              shares.getOrDefault(server.name(), 0),
              sums.server(counted, pool.name(), server.name(), server.sessions())));
    }
    List<NodeStatus.Pool> said =
        counted.stream()
            .filter(node -> node.pools().containsKey(pool.name()))
            .map(node -> node.pools().get(pool.name()))
            .toList();
    Heard own = heard.get(self.name());
    NodeStatus.Pool mine = own == null ? null : own.status().pools().get(pool.name());
    long epoch = mine == null ? 0 : mine.epoch();
    return new ClusterView.Pool(
        epoch,
        mine != null && said.stream().allMatch(one -> one.settled() && one.epoch() == epoch),
        mine == null ? 0 : mine.pins(),
        said.stream().mapToLong(NodeStatus.Pool::queued).sum(),
        sums.pool(counted, pool.name(), pool.sessions()),
        verdict,
        servers);
  }
}
