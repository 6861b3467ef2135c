package dev.holdfast.operations;

import static dev.holdfast.directory.Samples.APP_1;
import static dev.holdfast.directory.Samples.APP_2;
import static dev.holdfast.directory.Samples.APP_3;
import static dev.holdfast.directory.Samples.CHAT;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.holdfast.directory.Directory;
import dev.holdfast.directory.IntentDesk;
import dev.holdfast.directory.NodeStatus;
import dev.holdfast.directory.NodeStatus.Count;
import dev.holdfast.directory.Samples;
import dev.holdfast.directory.Trial;
import dev.holdfast.epoch.PoolState;
import dev.holdfast.epoch.Wish;
import dev.holdfast.members.Contact;
import dev.holdfast.store.MemoryCloud;
import dev.holdfast.store.MemoryStore;
import dev.holdfast.table.SlotTable;
import dev.holdfast.table.TablePlan;
import dev.holdfast.time.ManualLoop;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.LoggerFactory;

/**
 * Nodes on one store in memory, with the real desks, directory and operations, and with sessions
 * and epochs that are only numbers. Time passes when the test says so.
 */
final class Gateways {
  static {
    ((Logger) LoggerFactory.getLogger("dev.holdfast")).setLevel(Level.ERROR);
  }

  /** A session. */
  static final class Session {
    final long number;
    final ServerName server;
    final int slot;
    long spokeNanos;
    final long cameNanos;

    Session(long number, ServerName server, int slot, long spokeNanos, long cameNanos) {
      this.number = number;
      this.server = server;
      this.slot = slot;
      this.spokeNanos = spokeNanos;
      this.cameNanos = cameNanos;
    }
  }

  /** A close that an operation ordered. */
  record Close(NodeId node, long session, ServerName server, long atNanos, long idleNanos) {}

  final MemoryCloud cloud = new MemoryCloud();
  final Map<NodeName, Node> nodes = new LinkedHashMap<>();
  final List<Close> closes = new ArrayList<>();
  final Map<NodeName, Long> gone = new HashMap<>();
  final SlotTable first = TablePlan.first(CHAT, weights(APP_1, APP_2, APP_3));
  private final Random random;
  private long incarnation = 1;
  private long sessionNumber = 1;

  Gateways(long seed) {
    random = new Random(seed);
  }

  static Map<ServerName, Integer> weights(ServerName... servers) {
    Map<ServerName, Integer> weights = new TreeMap<>();
    for (ServerName server : servers) {
      weights.put(server, 100);
    }
    return weights;
  }

  /** One node. */
  final class Node implements Sessions, Doors {
    final NodeId id;
    final ManualLoop loop = new ManualLoop();
    final MemoryStore store;
    final IntentDesk desk;
    final Directory directory;
    final Operations operations;
    final Map<Long, Session> sessions = new LinkedHashMap<>();
    final List<Follow> followings = new ArrayList<>();
    boolean frozen;
    boolean majority = true;
    NodeState state = NodeState.READY;
    boolean listens = true;
    long errors;
    SavedOperations saved;
    Set<NodeName> unheard = new HashSet<>();

    Node(NodeId id, SavedOperations onDisk) {
      this.id = id;
      store = cloud.join(id, loop);
      desk =
          new IntentDesk(
              new IntentDesk.Place(
                  store, loop, this::contact, expected -> true, () -> "a", Trial.NONE),
              Samples.config(100),
              saved -> {});
      directory =
          new Directory(store, loop, id, this::status, this::contact, desk, pool -> Map.of());
      operations =
          new Operations(
              new Operations.Parts(
                  store,
                  loop,
                  id,
                  directory::view,
                  this::contact,
                  desk,
                  this,
                  this,
                  random,
                  value -> saved = value),
              new Planning.Tables() {
                @Override
                public PoolState state(PoolName pool) {
                  return epoch();
                }

                @Override
                public SlotTable planned(PoolName pool, Wish wish) {
                  Map<ServerName, Integer> usable = new TreeMap<>();
                  wish.servers()
                      .forEach(
                          (server, target) -> {
                            if (target.takesNew() && target.weight() > 0) {
                              usable.put(server, target.weight());
                            }
                          });
                  return TablePlan.next(first, usable);
                }
              });
      desk.start(Optional.empty());
      loop.run();
      directory.start();
      operations.start(Optional.ofNullable(onDisk));
      loop.run();
    }

    Contact contact() {
      Map<NodeName, Long> roster = new HashMap<>();
      Set<NodeId> heard = new HashSet<>();
      for (Node node : nodes.values()) {
        roster.put(node.id.name(), node.id.incarnation());
        if (!unheard.contains(node.id.name())) {
          heard.add(node.id);
        }
      }
      roster.put(id.name(), id.incarnation());
      heard.add(id);
      return new Contact(id, roster, heard, gone, true, majority, 60_000);
    }

    /** The epoch that would be: number and shares by the admin states that this node knows. */
    private PoolState epoch() {
      Map<ServerName, Integer> shares = new HashMap<>();
      Set<ServerName> serving = new HashSet<>();
      for (ServerName server : List.of(APP_1, APP_2, APP_3)) {
        AdminState state = desk.current().state(CHAT, server);
        if (state == AdminState.READY) {
          shares.put(server, 21_845);
        }
        if (state == AdminState.READY || desk.current().keeping(CHAT).contains(server)) {
          serving.add(server);
        }
      }
      return new PoolState(
          desk.current().revision(), true, true, 0, 0, 0, 0, shares, serving, List.of());
    }

    private NodeStatus status() {
      Map<ServerName, NodeStatus.Server> servers = new HashMap<>();
      return new NodeStatus(
          id,
          0,
          state,
          "1",
          HostPort.parse("127.0.0.1:8081"),
          new Count(sessions.size(), 0, 1000L),
          Map.of(),
          1,
          false,
          List.of(),
          majority,
          Map.of(),
          Map.of(
              CHAT,
              new NodeStatus.Pool(
                  desk.current().revision(), true, 0, 0, new Count(0, 0, null), servers)),
          NodeStatus.Traffic.NONE);
    }

    Session add(ServerName server, int slot, long idleMs) {
      long now = loop.nanos();
      Session session = new Session(sessionNumber++, server, slot, now - idleMs * 1_000_000, now);
      sessions.put(session.number, session);
      return session;
    }

    @Override
    public Following follow(Choice choice, char letter) {
      Follow follow = new Follow(this, choice);
      followings.add(follow);
      return follow;
    }

    @Override
    public Errors errors() {
      return new Errors(errors, 0, 0, 0);
    }

    @Override
    public Future<Survey.Count> survey(PoolName pool, ServerName server) {
      Map<ServerName, Integer> totals = new TreeMap<>();
      Map<ServerName, Map<Integer, Integer>> found = new HashMap<>();
      for (Session session : sessions.values()) {
        totals.merge(session.server, 1, Integer::sum);
        boolean counts =
            server == null
                ? !session.server.equals(first.server(session.slot))
                : server.equals(session.server);
        if (counts) {
          found
              .computeIfAbsent(session.server, s -> new HashMap<>())
              .merge(session.slot, 1, Integer::sum);
        }
      }
      Promise<Survey.Count> promise = Promise.promise();
      loop.execute(() -> promise.complete(Survey.Count.of(totals, found)));
      return promise.future();
    }

    @Override
    public void drain() {
      state = NodeState.DRAINING;
      directory.publish();
    }

    @Override
    public Future<Void> shut() {
      listens = false;
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> open() {
      listens = true;
      state = NodeState.READY;
      directory.publish();
      return Future.succeededFuture();
    }
  }

  /** The sessions of a node that an operation is about. */
  final class Follow implements Sessions.Following {
    private final Node node;
    private Choice choice;
    private final long sinceNanos;
    private final Set<Long> seen = new HashSet<>();
    private long spent;
    private long released;
    private long closed;
    private int generation;
    private long endNanos;

    Follow(Node node, Choice choice) {
      this.node = node;
      this.choice = choice;
      this.sinceNanos = node.loop.nanos();
    }

    private boolean about(Session session) {
      if (choice instanceof Choice.At at) {
        return session.server.equals(at.server());
      }
      return !(choice instanceof Choice.Away away)
          || away.about().set().get(session.slot)
              && !session.server.equals(first.server(session.slot));
    }

    private boolean may(Session session) {
      if (choice instanceof Choice.At at) {
        return at.newcomers() || session.cameNanos <= sinceNanos;
      }
      return !(choice instanceof Choice.Away away) || away.given().set().get(session.slot);
    }

    private List<Session> mostIdle() {
      return node.sessions.values().stream()
          .filter(session -> about(session) && may(session))
          .sorted((a, b) -> Long.compare(a.spokeNanos, b.spokeNanos))
          .toList();
    }

    @Override
    public void choose(Choice next) {
      choice = next;
    }

    @Override
    public Future<Tally> count() {
      Promise<Tally> promise = Promise.promise();
      node.loop.execute(
          () -> {
            long there = 0;
            int[] idle = new int[Idle.BUCKETS];
            for (Session session : node.sessions.values()) {
              if (about(session)) {
                there++;
                seen.add(session.number);
                if (may(session)) {
                  idle[Idle.bucket((node.loop.nanos() - session.spokeNanos) / 1_000_000)]++;
                }
              }
            }
            promise.complete(
                new Tally(spent, closed, seen.size() - closed - there, there, 0, Idle.of(idle)));
          });
      return promise.future();
    }

    @Override
    public void release(int count, Duration over) {
      released += count;
      int mine = generation;
      long now = node.loop.nanos();
      long from = Math.max(now, endNanos); // after what was released before
      endNanos = from + over.toNanos();
      for (int i = 0; i < count; i++) {
        Duration wait = Duration.ofNanos(from - now).plus(over.multipliedBy(i).dividedBy(count));
        node.loop.after(wait, () -> close(mine));
      }
    }

    private void close(int mine) {
      if (mine != generation) {
        return; // lapsed
      }
      spent++;
      List<Session> all = mostIdle();
      if (!all.isEmpty()) {
        Session session = all.get(0);
        long now = node.loop.nanos();
        node.sessions.remove(session.number);
        seen.add(session.number);
        closed++;
        closes.add(
            new Close(node.id, session.number, session.server, now, now - session.spokeNanos));
      }
    }

    @Override
    public void hold() {
      generation++;
      spent = released;
    }

    @Override
    public void close() {
      hold();
      node.followings.remove(this);
    }
  }

  // ---------------------------------------------------------------- the cluster

  Node start(String name) {
    return start(name, null);
  }

  Node start(String name, SavedOperations onDisk) {
    Node node = new Node(new NodeId(new NodeName(name), incarnation++), onDisk);
    nodes.put(node.id.name(), node);
    return node;
  }

  /** The process ends at once; all others have the proof after a while. */
  void kill(Node node) {
    cloud.leave(node.id);
    nodes.remove(node.id.name());
    gone.put(node.id.name(), node.id.incarnation());
  }

  Node node(String name) {
    return nodes.get(new NodeName(name));
  }

  /** Time passes on all clocks, in steps of 10 ms. */
  void pass(Duration duration) {
    for (long ms = 0; ms < duration.toMillis(); ms += 10) {
      for (Node node : List.copyOf(nodes.values())) {
        if (node.frozen) {
          node.loop.freeze(Duration.ofMillis(10));
        } else {
          node.loop.pass(Duration.ofMillis(10));
        }
      }
      settle();
    }
  }

  /** Everything that is due happens. */
  void settle() {
    boolean some;
    do {
      some = false;
      for (Node node : List.copyOf(nodes.values())) {
        while (!node.frozen && node.loop.runOne()) {
          some = true;
        }
      }
    } while (some);
  }

  /** What a future completes with, within some seconds. */
  <T> T end(Future<T> future) {
    for (int i = 0; i < 1000 && !future.isComplete(); i++) {
      pass(Duration.ofMillis(10));
    }
    if (!future.succeeded()) {
      throw new AssertionError("not completed: " + future.cause());
    }
    return future.result();
  }

  Operation done(Future<OperationChange> change) {
    OperationChange ended = end(change);
    if (ended instanceof OperationChange.Done done) {
      return done.operation();
    }
    throw new AssertionError(ended.toString());
  }

  Operation operation(Node node, String id) {
    return end(node.operations.find(id)).orElseThrow();
  }

  /** Closes in each second of a time. */
  static List<Long> perSecond(List<Close> closes, long fromNanos, long untilNanos) {
    List<Long> counts = new ArrayList<>();
    for (long at = fromNanos; at + 1_000_000_000L <= untilNanos; at += 1_000_000_000L) {
      long begin = at;
      counts.add(
          closes.stream()
              .filter(c -> c.atNanos() >= begin && c.atNanos() < begin + 1_000_000_000L)
              .count());
    }
    return counts;
  }

  static BitSet bits(int... slots) {
    BitSet set = new BitSet();
    for (int slot : slots) {
      set.set(slot);
    }
    return set;
  }
}
