package dev.holdfast.gateway.health;

import dev.holdfast.config.Check;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.gateway.hosts.Hosts;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.Health;
import dev.holdfast.words.PoolName;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The checks of one server, one after the other, and what follows from their results. Confined to
 * its loop; at most one check at a time.
 */
final class ServerCheck {
  /** The first check comes within this time, however long the interval. */
  private static final Duration FIRST_WITHIN = Duration.ofSeconds(1);

  /** Checks count again so long after sessions have failed in a row. */
  static final Duration AFTER_SESSIONS_FAILED = Duration.ofSeconds(10);

  /** Each period is longer or shorter by up to this part of it. */
  private static final double JITTER = 0.1;

  /**
   * What the checks of all servers share.
   *
   * @param loop where they run
   * @param gate bounds how many run at once
   * @param prober makes them
   * @param hosts addresses of names
   * @param random spreads them in time
   */
  record Means(ControlLoop loop, Gate gate, Prober prober, Hosts hosts, RandomGenerator random) {}

  /** Hears what is found, on the loop. */
  interface Listener {
    /** A check has ended. */
    void checked(CheckResult result);

    /** The vote of this node has changed because of a result. */
    void voted(Health vote, CheckResult because);
  }

  private final Means means;
  private final PoolName pool;
  private final ServerConfig server;
  private final Check check;
  private final List<InetAddress> sources;
  private final SourcePaths paths;
  private final Listener listener;
  private Streak streak;
  private ControlLoop.@Nullable Timer timer;
  private long begunNanos;
  private long deafUntilNanos;
  private boolean deaf;
  private boolean suspected;
  private boolean running;
  private boolean stopped;

  /**
   * A check that has not begun.
   *
   * @param sources this node's addresses towards the pool, empty for the system's choice
   * @param known what was known of the server before
   */
  ServerCheck(
      Means means,
      PoolName pool,
      ServerConfig server,
      Check check,
      List<InetAddress> sources,
      Streak known,
      Listener listener) {
    this.means = means;
    this.pool = pool;
    this.server = server;
    this.check = check;
    this.sources = sources;
    this.paths = new SourcePaths(sources);
    this.streak = known;
    this.listener = listener;
    this.begunNanos = means.loop().nanos();
  }

  /** True if a check with these settings would ask the same. */
  boolean asks(ServerConfig other, Check how) {
    return server.checkHost().equals(other.checkHost())
        && server.checkPort(check) == other.checkPort(how)
        && check.equals(how);
  }

  Streak known() {
    return streak;
  }

  /** Addresses of this node that do not reach the server while others do. */
  List<InetAddress> leftOut() {
    return paths.leftOut();
  }

  void start() {
    if (check.type() == Check.Type.NONE) {
      streak = new Streak(Health.UP, 0);
      listener.voted(Health.UP, result(CheckCode.INI, "check: none", 0));
      return;
    }
    Duration interval = check.timing().interval();
    Duration within = interval.compareTo(FIRST_WITHIN) < 0 ? interval : FIRST_WITHIN;
    after(means.random().nextLong(Math.max(1, within.toNanos())));
  }

  void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel();
    }
  }

  /**
   * Sessions failed at the server: the next check comes soon, and is followed by others as after a
   * failure. Enough of them are a verdict.
   *
   * @param inARow since the last that did not fail, at least 1
   */
  void sessionsFailed(int inARow) {
    if (check.type() == Check.Type.NONE || streak.health() == Health.DOWN || stopped) {
      return;
    }
    Integer limit = check.passive().errorLimit();
    if (limit != null && inARow >= limit && streak.health() == Health.UP) {
      streak = Streak.DOWN;
      deaf = true;
      deafUntilNanos = means.loop().nanos() + AFTER_SESSIONS_FAILED.toNanos();
      listener.voted(Health.DOWN, result(CheckCode.HANA, inARow + " in a row", 0));
      return;
    }
    suspected = true;
    if (timer != null && !running) {
      timer.cancel();
      after(Math.max(0, check.timing().fastInterval().toNanos() - sinceBegunNanos()));
    }
  }

  private long sinceBegunNanos() {
    return means.loop().nanos() - begunNanos;
  }

  private void after(long nanos) {
    if (!stopped) {
      timer = means.loop().after(Duration.ofNanos(nanos), this::due);
    }
  }

  private void due() {
    if (!stopped && !running) {
      running = true;
      means.gate().enter(this::ask);
    }
  }

  private void ask() {
    begunNanos = means.loop().nanos();
    InetAddress address = means.hosts().address(server.checkHost());
    if (stopped) {
      means.gate().leave();
    } else if (address == null) {
      answered(null, null, new Prober.Answer(CheckCode.NOADDR, server.checkHost()));
    } else {
      InetAddress from = paths.next(address, begunNanos);
      means
          .prober()
          .probe(
              new Prober.Question(
                  pool, check, server.checkHost(), address, server.checkPort(check), from),
              answer -> answered(address, from, answer));
    }
  }

  private void answered(
      @Nullable InetAddress address, @Nullable InetAddress from, Prober.Answer answer) {
    running = false;
    means.gate().leave();
    if (stopped) {
      return;
    }
    CheckResult result = result(answer.code(), detail(answer, from), sinceBegunNanos());
    listener.checked(result);
    if (answer.code().counts()
        && paths.counts(from, answer.code().good(), means.loop().nanos())
        && !isDeaf()) {
      count(result, address);
    }
    boolean hurry = suspected || streak.moving();
    Duration period = hurry ? check.timing().fastInterval() : check.timing().interval();
    double part = 1 - JITTER + 2 * JITTER * means.random().nextDouble();
    after(Math.max(1_000_000, (long) (period.toNanos() * part) - sinceBegunNanos()));
  }

  /** Takes a result that says something of the server. */
  private void count(CheckResult result, @Nullable InetAddress address) {
    boolean good = result.code().good();
    Health before = streak.health();
    if (before == null && !good && address != null && paths.hasOthers(address)) {
      suspected = true; // the first result decides, but not while another address may do better
      return;
    }
    Check.Verdict verdict = check.verdict();
    int fall = address == null ? verdict.fall() : paths.needed(verdict.fall(), address);
    streak = streak.after(good, verdict.rise(), fall, verdict.initial());
    suspected = suspected && !good && streak.health() == Health.UP;
    Health now = streak.health();
    if (now != before && now != null) {
      if (now == Health.DOWN && address != null) {
        means.hosts().failed(server.checkHost(), address);
      }
      listener.voted(now, result);
    }
  }

  /** After sessions failed in a row: good checks have been wrong before. */
  private boolean isDeaf() {
    deaf = deaf && means.loop().nanos() - deafUntilNanos < 0;
    return deaf;
  }

  private String detail(Prober.Answer answer, @Nullable InetAddress from) {
    boolean tell = from != null && sources.size() > 1 && !answer.code().good();
    return tell ? answer.detail() + " from " + from.getHostAddress() : answer.detail();
  }

  private CheckResult result(CheckCode code, String detail, long tookNanos) {
    return new CheckResult(code, detail, Duration.ofNanos(tookNanos), means.loop().wallMs());
  }
}
