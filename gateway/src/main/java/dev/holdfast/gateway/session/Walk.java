package dev.holdfast.gateway.session;

import dev.holdfast.config.ListenerConfig;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.epoch.LoopRoutes.Answer;
import dev.holdfast.gateway.admit.Pace;
import dev.holdfast.gateway.header.Declared;
import dev.holdfast.gateway.relay.Doorkeeper;
import dev.holdfast.gateway.relay.Link;
import dev.holdfast.gateway.relay.Relay;
import dev.holdfast.ledger.Admission;
import dev.holdfast.ledger.Permits;
import dev.holdfast.words.Overflow;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The walk of every session of one loop, step by step from {@link #accept} to {@link #ended}.
 * Confined to that loop.
 */
final class Walk {
  /** Servers that a session gives up before it is refused, unless it may try more of them. */
  private static final int MOST_DIVERSIONS = 3;

  /** Sessions that wait for a held slot at least, where a listener allows no queue. */
  private static final int HELD_AT_LEAST = 1000;

  private final Relay relay;
  private final NodePlace node;
  private final Admission admission;
  private final long firstId;
  private final SessionList sessions = new SessionList();

  private final LocalChecks checks;
  private final WaitingRoom waiting =
      new WaitingRoom(longest -> guarded(longest, () -> refuse(longest, Refusal.QUEUE_FULL)));
  private final RefusalLog refusalLog = new RefusalLog();
  private final AwaitedHeaders headers = new AwaitedHeaders(this);
  private final Connecting connecting;
  private long lastId;

  /**
   * A walk without sessions.
   *
   * @param index of the loop, so that ids differ
   */
  Walk(Relay relay, NodePlace node, int index) {
    this.relay = relay;
    this.node = node;
    this.admission = node.admission();
    this.checks = new LocalChecks(node);
    this.connecting = new Connecting(this, relay.loop());
    this.firstId = (long) index << 48;
  }

  /** The id of the session that came last. */
  long lastId() {
    return firstId + lastId;
  }

  SessionList sessions() {
    return sessions;
  }

  Set<Session> waiting() {
    return waiting.all();
  }

  NodePlace node() {
    return node;
  }

  /** Sessions whose PROXY header has not come yet. */
  AwaitedHeaders headers() {
    return headers;
  }

  RefusalLog refusalLog() {
    return refusalLog;
  }

  /** A listener on this loop. */
  LoopListener listener(ListenerPlace place, LoopPool pool) {
    return new LoopListener(place, pool, line(place.pace()));
  }

  private PaceLine line(Pace pace) {
    return new PaceLine(pace, relay.loop(), session -> guarded(session, () -> itsMoment(session)));
  }

  /** Settings of a listener changed. */
  void configured(LoopListener at) {
    checks.recount(at, sessions);
  }

  /** Turns away whom this node refuses by itself, before anything is made for it. */
  Doorkeeper.Verdict look(LoopListener at, Source client, int port) {
    long now = System.nanoTime();
    Refusal no = checks.hindrance(at, client, now);
    if (no == null) {
      return Doorkeeper.Verdict.ENTER;
    }
    at.accepted();
    at.denied(no);
    at.place().ended(Termination.TURNED_AWAY);
    if (node.log().isOn() && refusalLog.mayWrite(now)) {
      node.log().add(Views.turnedAway(this, at, client, port, firstId + ++lastId, no));
    }
    return at.place().config().refuse() == ListenerConfig.Refuse.RESET
        ? Doorkeeper.Verdict.RESET
        : Doorkeeper.Verdict.CLOSE;
  }

  /** A client came. */
  void accept(LoopListener at, Link link) {
    Source address = link.clientAddress();
    Session session = new Session(this, at, link, cut(at.pool(), address), firstId + ++lastId);
    sessions.add(session);
    link.watch(session, at.traffic());
    at.accepted();
    if (!checks.countOnNode(session)) {
      refuse(session, Refusal.NODE_LIMIT);
    } else if (at.place().mustSendHeader(address)) {
      headers.await(session);
    } else {
      begin(session, session.acceptedNanos);
    }
  }

  private static Source cut(LoopPool pool, Source address) {
    PoolConfig.Affinity affinity = pool.place().config().affinity();
    return address.cut(affinity.ipv4Prefix(), affinity.ipv6Prefix());
  }

  /**
   * The header of a session came: it is whose the header says, and is looked at as at the door.
   *
   * @param declared whose it is; null: its socket's
   */
  void identified(Session session, @Nullable Declared declared) {
    session.declared = declared;
    session.source = cut(session.pool, session.clientAddress());
    long now = System.nanoTime();
    Refusal no = checks.hindranceOfSource(session.at, session.clientAddress(), now);
    if (no != null) {
      refuse(session, no);
    } else {
      begin(session, now);
    }
  }

  /** It is known who it is. */
  private void begin(Session session, long nowNanos) {
    PaceLine line = session.at.paceLine();
    Refusal no = checks.countSource(session, nowNanos);
    if (no != null) {
      refuse(session, no);
    } else if (line.take(nowNanos)) {
      route(session);
    } else {
      pace(session, line, Refusal.LISTENER_RATE);
    }
  }

  /** Lets a session wait for its moment, or turns it away. */
  private void pace(Session session, PaceLine line, Refusal why) {
    int most = WaitingRoom.most(session);
    if (most == 0) {
      refuse(session, why);
    } else if (waiting.enter(session, most)) {
      session.to(SessionState.PACED);
      session.pacing = line;
      line.join(session);
    } else {
      refuse(session, Refusal.QUEUE_FULL);
    }
  }

  /** A moment was taken for a session that waited for it. */
  private void itsMoment(Session session) {
    boolean ofServer = session.pacing != session.at.paceLine();
    session.pacing = null;
    session.moment = ofServer ? session.server : null;
    route(session);
    if (session.moment != null) { // it went elsewhere
      session.moment.pace().giveBack();
      session.moment = null;
    }
  }

  /** Asks where it goes, as often as the answer may have moved. */
  void route(Session session) {
    Answer answer = session.pool.routes().answer(session.source);
    if (answer instanceof Answer.To to) {
      admit(session, to.server());
    } else if (answer instanceof Answer.Held || isOpening(answer)) {
      hold(session);
    } else if (answer instanceof Answer.Unserved unserved && unserved.server() != null) {
      session.full = null;
      divert(session, unserved.server());
    } else {
      refuse(session, answer instanceof Answer.Closed ? Refusal.CUT_OFF : Refusal.NO_SERVER);
    }
  }

  /** A closed gate opens again soon, unless this node is cut off and admits nobody. */
  private boolean isOpening(Answer answer) {
    return answer instanceof Answer.Closed && node.admission().admits();
  }

  private void hold(Session session) {
    int limit = Math.max(session.at.place().config().limits().queue(), HELD_AT_LEAST);
    if (waiting.enter(session, limit)) {
      session.to(SessionState.HELD);
    } else {
      refuse(session, Refusal.QUEUE_FULL);
    }
  }

  /**
   * Slots of a pool were let go: those that were held are routed, and those that wait for a permit
   * of a server that is not theirs any more leave its line.
   */
  void letGo(LoopPool pool) {
    for (Session session : List.copyOf(waiting.all())) {
      if (session.pool == pool) {
        guarded(session, () -> routeAgain(session));
      }
    }
  }

  private void routeAgain(Session session) {
    if (session.state() == SessionState.HELD
        || session.state() == SessionState.WAITING && hasMoved(session) && leaveLine(session)
        || isPacedByServer(session) && hasMoved(session) && leavePace(session)) {
      route(session);
    }
  }

  private static boolean isPacedByServer(Session session) {
    return session.state() == SessionState.PACED && session.pacing != session.at.paceLine();
  }

  private static boolean leavePace(Session session) {
    if (session.pacing != null) {
      session.pacing.leave(session);
      session.pacing = null;
    }
    return true;
  }

  private static boolean hasMoved(Session session) {
    Answer answer = session.pool.routes().answer(session.source);
    if (answer instanceof Answer.To to) {
      return session.server == null || !to.server().equals(session.server.name());
    }
    return answer instanceof Answer.Unserved;
  }

  /** False if its permits were taken: then {@link #granted} decides. */
  private static boolean leaveLine(Session session) {
    if (session.waiter == null || !session.waiter.leave()) {
      return false;
    }
    session.waiter = null;
    session.asked = null;
    return true;
  }

  /** What fails for one session ends that session and nothing else. */
  void guarded(Session session, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      session.link.fault(e);
    }
  }

  private void admit(Session session, ServerName name) {
    ServerPlace server = session.pool.place().server(name);
    if (server == null) { // the table is ahead of the settings, or behind
      session.full = null;
      divert(session, name);
      return;
    }
    if (server.isShunned()) {
      session.full = null;
      divert(session, name);
      return;
    }
    PaceLine line = session.pool.line(server, this::line);
    boolean hasMoment = session.moment == server;
    session.moment = hasMoment ? null : session.moment;
    if (line != null && !hasMoment && !line.take(System.nanoTime())) {
      session.server = server;
      pace(session, line, Refusal.SERVER_RATE);
      return;
    }
    List<Permits> permits = session.at.permits(server, admission);
    Scope full = admission.take(permits);
    if (full == null) {
      open(session, server, permits);
      return;
    }
    if (line != null) {
      line.giveBack();
    }
    Overflow overflow = session.pool.place().config().overflow();
    session.full = full;
    if (overflow == Overflow.SPILL && full.equals(server.scope()) && !session.spilled) {
      divert(session, name);
    } else if (overflow == Overflow.REFUSE) {
      refuse(session, refusal(full));
    } else {
      await(session, server, permits);
    }
  }

  /** Lets a session wait for its permits, or turns it away. */
  private void await(Session session, ServerPlace server, List<Permits> permits) {
    int queue = WaitingRoom.most(session);
    if (queue == 0) {
      refuse(session, unserved(session));
    } else if (!waiting.enter(session, queue)) {
      refuse(session, Refusal.QUEUE_FULL);
    } else {
      session.to(SessionState.WAITING);
      session.server = server;
      session.asked = permits;
      session.waiter = admission.await(session.source, permits, relay.loop(), session);
    }
  }

  /** The permits it waited for came. */
  void granted(Session session) {
    guarded(session, () -> useGranted(session));
  }

  private void useGranted(Session session) {
    List<Permits> came = session.asked;
    session.asked = null;
    session.waiter = null;
    if (came == null) {
      return;
    }
    boolean used = false;
    PaceLine tooFast = null;
    try {
      ServerPlace server = session.server;
      if (session.state() == SessionState.WAITING && server != null && isStill(session, server)) {
        PaceLine line = session.pool.line(server, this::line);
        if (line == null || line.takeAgain(System.nanoTime())) {
          used = true;
          open(session, server, came);
        } else {
          tooFast = line;
        }
      }
    } finally {
      if (!used) {
        admission.release(came); // who waits holds nothing
      }
    }
    if (session.state() == SessionState.WAITING) {
      if (tooFast != null) {
        pace(session, tooFast, Refusal.SERVER_RATE);
      } else {
        route(session);
      }
    }
  }

  private static boolean isStill(Session session, ServerPlace server) {
    return session.pool.routes().answer(session.source) instanceof Answer.To to
        && to.server().equals(server.name())
        && session.pool.place().server(to.server()) == server;
  }

  /** It has its permits. */
  private void open(Session session, ServerPlace server, List<Permits> permits) {
    session.permits = permits; // first: from here on its end gives them back
    session.server = server;
    server.sessions().up();
    session.pool.place().sessions().up();
    session.at.place().sessions().up();
    waiting.leave(session);
    session.to(SessionState.CONNECTING);
    session.full = null;
    session.pool.routes().opened(session.source, server.name());
    session.waitMs = session.sinceAcceptMs(System.nanoTime());
    connecting.begin(session, server);
  }

  void connected(Session session) {
    session.to(SessionState.RELAYING);
    if (session.server != null) {
      Evidence.connected(session, session.server);
    }
    long now = System.nanoTime();
    session.connectMs = session.sinceAcceptMs(now) - session.waitMs;
    if (session.server != null) {
      session.pool.connected(session.server, session.ports, now);
      long took = now - session.acceptedNanos - session.waitMs * 1_000_000L;
      session.server.connectTimes().add(Math.max(0, took));
    }
    session.link.start(SentHeader.of(session));
  }

  /** An attempt is over and its socket closed. */
  void connectFailed(Session session, Throwable cause) {
    connecting.failed(session, cause);
  }

  /** No port of the server that was tried answered: the next choice. */
  void giveUp(Session session, ServerPlace server) {
    Evidence.connectFailed(session, server);
    if (session.attempts < session.pool.place().config().connectAttempts()) {
      giveBack(session);
      divert(session, server.name());
    } else {
      refuse(session, Refusal.NO_SERVER);
    }
  }

  private void divert(Session session, ServerName unusable) {
    int most = Math.max(MOST_DIVERSIONS, session.pool.place().config().connectAttempts() - 1);
    if (session.diversions >= most || !waiting.enter(session, Integer.MAX_VALUE)) {
      undiverted(session);
      return;
    }
    session.diversions++;
    session.to(SessionState.DIVERTING);
    session
        .pool
        .routes()
        .divert(session.source, unusable)
        .onComplete(
            outcome -> {
              if (session.state() != SessionState.DIVERTING) {
                return; // it left, or waited too long
              }
              if (outcome.succeeded()) {
                guarded(session, () -> route(session));
              } else {
                guarded(session, () -> undiverted(session));
              }
            });
  }

  /** No other server takes a session: if its own is only full, it waits for that one. */
  private void undiverted(Session session) {
    if (session.full == null || session.spilled) {
      refuse(session, unserved(session));
    } else {
      session.spilled = true;
      waiting.leave(session); // a diversion is not bounded by the queue, a wait is
      route(session);
    }
  }

  private static Refusal unserved(Session session) {
    return session.full == null ? Refusal.NO_SERVER : refusal(session.full);
  }

  private static Refusal refusal(Scope full) {
    return switch (full.text().charAt(0)) {
      case 's' -> Refusal.SERVER_LIMIT;
      case 'p' -> Refusal.POOL_LIMIT;
      case 'l' -> Refusal.LISTENER_LIMIT;
      default -> Refusal.CLUSTER_LIMIT;
    };
  }

  /** The client's FIN came before anything was relayed. */
  void clientEnded(Session session) {
    boolean waits = session.state().waits() && session.link.bytesIn() == 0;
    if (waits || session.state() == SessionState.HEADER) {
      session.order('C');
      session.link.refuse(false);
    }
  }

  /** Turns a client away. */
  void refuse(Session session, Refusal why) {
    session.refusal = why;
    session.at.denied(why);
    session.link.refuse(session.at.place().config().refuse() == ListenerConfig.Refuse.RESET);
  }

  /** Both sockets are closed: gives back all that is held and says so. The only way out. */
  void ended(Session session) {
    String letters = Termination.letters(session);
    boolean served = session.permits != null;
    if (session.state() == SessionState.RELAYING) {
      Evidence.ended(session);
    }
    session.to(SessionState.ENDED);
    sessions.remove(session);
    waiting.leave(session);
    headers.leave(session);
    ListenerPlace listener = session.at.place();
    checks.uncount(session);
    leavePace(session);
    listener.ended(letters);
    leaveLine(session); // or its task gives back what came
    Connecting.releasePort(session);
    giveBack(session);
    if (node.log().isOn() && (session.refusal == null || refusalLog.mayWrite(System.nanoTime()))) {
      node.log().add(Views.entry(session, letters, served));
    }
  }

  private void giveBack(Session session) {
    List<Permits> held = session.permits;
    ServerPlace server = session.server;
    if (held == null || server == null) {
      return;
    }
    session.permits = null;
    try {
      session.at.place().sessions().down();
      session.pool.place().sessions().down();
      server.sessions().down();
      session.pool.routes().closed(session.source, server.name());
    } finally {
      admission.release(held);
    }
  }
}
