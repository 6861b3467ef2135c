package dev.holdfast.epoch;

import static dev.holdfast.epoch.Fleet.POOL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.MemoryCloud;
import dev.holdfast.table.SlotHash;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random schedules over the real classes, with the checker of the model after every step (case 25).
 *
 * <p>{@code -Dholdfast.epochs.seconds=600} makes a long run, {@code -Dholdfast.epochs.seed=N}
 * replays one schedule.
 */
class RandomScheduleTest {
  private static final int STEPS = 12_000;

  /** What may go wrong in a schedule. */
  private record Dangers(
      boolean silence,
      boolean crashes,
      boolean diversions,
      boolean downs,
      boolean deadOwners,
      boolean lostCalls) {
    static Dangers of(long seed) {
      Random random = new Random(seed * 31);
      return new Dangers(
          random.nextInt(3) == 0,
          random.nextInt(3) == 0,
          random.nextInt(3) == 0,
          random.nextInt(3) == 0,
          random.nextInt(3) == 0,
          random.nextInt(3) == 0);
    }
  }

  @Test
  void noScheduleBreaksOneAnswer() {
    String one = System.getProperty("holdfast.epochs.seed");
    if (one != null) {
      System.out.println(new Schedule(Long.parseLong(one), true).run());
      return;
    }
    long seconds = Long.getLong("holdfast.epochs.seconds", 12);
    long first = Long.getLong("holdfast.epochs.first", System.nanoTime() >>> 10 & 0xffffff);
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    long schedules = 0;
    long steps = 0;
    long givenBack = 0;
    int[] sums = new int[5];
    for (long seed = first; System.nanoTime() < end; seed++) {
      Schedule schedule = new Schedule(seed, false);
      try {
        schedule.run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "seed " + seed + " " + Dangers.of(seed) + ": " + e.getMessage(), e);
      }
      schedules++;
      steps += schedule.steps;
      givenBack += schedule.givenBack;
      OneAnswer seen = schedule.checker;
      int[] more = {seen.commits, seen.routed, seen.pinned, seen.diverted, seen.strays};
      for (int i = 0; i < sums.length; i++) {
        sums[i] += more[i];
      }
    }
    System.out.printf(
        "epochs: seeds from %d: %d schedules, %d steps, %d commits, %d routed, %d by pins,"
            + " %d diverted, %d strays, %d slots given back%n",
        first, schedules, steps, sums[0], sums[1], sums[2], sums[3], sums[4], givenBack);
    assertThat(sums[0]).isPositive();
  }

  /** One schedule. */
  private static final class Schedule {
    final Random random;
    final Fleet fleet;
    final OneAnswer checker;
    final Dangers dangers;
    final boolean trace;
    final List<String> names = List.of("a", "b", "c");
    final List<MemoryCloud.Event> unbackedAnswers = new ArrayList<>();
    byte[] unbacked;
    String slow = "";
    final Map<String, ServerName> asked = new HashMap<>();
    final Map<MemoryCloud.Event, ServerName> bads = new IdentityHashMap<>();
    int steps;
    int silences;
    int crashes;
    int givenBack;

    Schedule(long seed, boolean trace) {
      this.trace = trace;
      random = new Random(seed);
      dangers = Dangers.of(seed);
      fleet = new Fleet(seed);
      checker = new OneAnswer(fleet);
    }

    String run() {
      begin();
      for (steps = 0; steps < STEPS; steps++) {
        step();
        checker.look();
      }
      end();
      return "commits " + checker.commits + " routed " + checker.routed;
    }

    private void say(String what) {
      if (trace) {
        System.out.println(steps + " " + what);
      }
    }

    private void begin() {
      int nodes = 2 + random.nextInt(2);
      for (int i = 0; i < nodes; i++) {
        fleet.start(names.get(i));
      }
      fleet.pass(Duration.ofSeconds(3));
      checker.look();
      Epoch base = checker.base();
      for (long address = 1; checker.sources.size() < 4; address++) {
        Source source = Source.v4(address, 32);
        ServerName server = base.table().server(SlotHash.slot(source));
        if (checker.sources.size() % 2 == 0 == server.equals(Fleet.X)) {
          checker.sources.add(source);
        }
      }
      fleet.cloud.manual();
    }

    private void step() {
      if (dangers.deadOwners && unbacked != null && random.nextInt(40) == 0) {
        ownerDies();
      }
      int dice = random.nextInt(1000);
      if (dice < 560) {
        event();
      } else if (dice < 700) {
        Fleet.Node node = node();
        if (!node.frozen) {
          node.loop.runOne();
        }
      } else if (dice < 800) {
        Fleet.Node node = node();
        if (!node.frozen) {
          node.runLane(random.nextInt(Fleet.LANES));
        }
      } else if (dice < 880) {
        route();
      } else if (dice < 940) {
        close();
      } else if (dice < 945) {
        fleet.tick(Duration.ofMillis(1 + random.nextInt(10)));
      } else if (dice < 962) {
        divert();
      } else if (dice < 982) {
        wish();
      } else if (dice < 986) {
        node().leads ^= true;
        if (fleet.nodes.values().stream().noneMatch(node -> node.leads)) {
          node().leads = true;
        }
      } else if (dice < 990) {
        silence();
      } else if (dice < 993) {
        crash();
      } else {
        lose();
      }
    }

    private Fleet.Node node() {
      List<Fleet.Node> all = List.copyOf(fleet.nodes.values());
      return all.get(random.nextInt(all.size()));
    }

    private MemoryCloud.Event pick() {
      List<MemoryCloud.Event> all = fleet.cloud.pending();
      if (random.nextInt(60) == 0 && !all.isEmpty()) {
        // from now on this is slow; more often what the order of things depends on
        List<MemoryCloud.Event> writes =
            all.stream().filter(event -> event.label().startsWith("write ")).toList();
        List<MemoryCloud.Event> from = writes.isEmpty() ? all : writes;
        slow = lane(from.get(random.nextInt(from.size())));
      }
      // mostly the oldest, so that things get on; now and then any
      int among = random.nextInt(8) == 0 ? all.size() : 3;
      List<MemoryCloud.Event> ready =
          all.stream().filter(event -> !lane(event).equals(slow)).limit(among).toList();
      return ready.isEmpty() ? null : ready.get(random.nextInt(ready.size()));
    }

    /** Who calls what kind of thing: {@code b write epoch-acks}. */
    private static String lane(MemoryCloud.Event event) {
      return event.node() + event.label().split("/", 2)[0];
    }

    private void event() {
      MemoryCloud.Event event = pick();
      if (event == null) {
        if (!somethingRan()) {
          fleet.tick(Duration.ofMillis(1 + random.nextInt(60))); // nothing is under way
        }
        return;
      }
      boolean diverts = event.label().startsWith("step Divert");
      if (diverts) {
        String source = event.label().substring(event.label().lastIndexOf('/') + 1);
        checker.unusable = bads.computeIfAbsent(event, e -> asked.get(e.node() + source));
      }
      boolean write = event.label().startsWith("step Advance");
      byte[] before = fleet.cloud.row(EpochTables.RECORDS.name(), POOL.value());
      boolean twice =
          dangers.lostCalls && event.label().startsWith("step ") && random.nextInt(8) == 0;
      say(event.node() + " " + event.label() + (twice ? " (and again later)" : ""));
      if (twice) {
        event.runAndKeep();
      } else {
        event.run();
      }
      checker.look();
      if (write
          && unbacked == null
          && before != fleet.cloud.row(EpochTables.RECORDS.name(), POOL.value())) {
        unbacked = before;
      } else if (event.label().startsWith("answer step Advance")) {
        unbacked = null;
      }
    }

    private boolean somethingRan() {
      boolean some = false;
      for (Fleet.Node node : fleet.nodes.values()) {
        some |= !node.frozen && node.loop.runOne();
        for (int i = 0; i < Fleet.LANES; i++) {
          some |= !node.frozen && node.runLane(i);
        }
      }
      return some;
    }

    private void ownerDies() {
      if (!dangers.deadOwners || unbacked == null) {
        return;
      }
      say("the owner of the record dies before its backups had the last write");
      for (MemoryCloud.Event event : fleet.cloud.pending()) {
        if (event.label().startsWith("answer step Advance")) {
          event.lose();
        }
      }
      fleet.cloud.put(EpochTables.RECORDS.name(), POOL.value(), unbacked);
      unbacked = null;
    }

    private void lose() {
      MemoryCloud.Event event = dangers.lostCalls ? pick() : null;
      if (event != null) {
        say("lost: " + event.node() + " " + event.label());
        event.lose();
      }
    }

    private void route() {
      Fleet.Node node = node();
      int lane = random.nextInt(Fleet.LANES);
      Source source = checker.sources.get(random.nextInt(checker.sources.size()));
      if (node.frozen) {
        return;
      }
      if (node.lane(lane).answer(source) instanceof LoopRoutes.Answer.To to) {
        say(node.id + "/" + lane + " routes " + source + " by " + to);
        checker.route(node, lane, source, to);
        node.lane(lane).opened(source, to.server());
      }
    }

    private void close() {
      List<OneAnswer.Use> open = checker.uses.stream().filter(use -> !use.ended).toList();
      if (!open.isEmpty()) {
        OneAnswer.Use use = open.get(random.nextInt(open.size()));
        if (!use.node.frozen) {
          say("closes " + use);
          use.node.lane(use.lane).closed(use.source, use.server);
          checker.close(use);
        }
      }
    }

    private void divert() {
      Fleet.Node node = node();
      Source source = checker.sources.get(random.nextInt(checker.sources.size()));
      int lane = random.nextInt(Fleet.LANES);
      if (!dangers.diversions || node.frozen) {
        return;
      }
      LoopRoutes.Answer answer = node.lane(lane).answer(source);
      ServerName bad =
          answer instanceof LoopRoutes.Answer.To to
              ? to.server()
              : answer instanceof LoopRoutes.Answer.Unserved no ? no.server() : null;
      if (bad != null) {
        say(node.id + "/" + lane + " cannot use " + bad + " for " + source);
        String key = node.id.toString() + source;
        if (asked.putIfAbsent(key, bad) == null) {
          node.lane(lane).divert(source, bad).onComplete(done -> asked.remove(key));
        }
      }
    }

    private void wish() {
      EpochRecord record = checker.record();
      boolean stable = record != null && record.phase() == EpochRecord.Phase.STABLE;
      if (!stable && random.nextInt(200) != 0) {
        return;
      }
      int[] weights = new int[3];
      for (int i = 0; i < 3; i++) {
        int kind = random.nextInt(10);
        weights[i] = kind < 6 ? 100 : kind < 8 || !dangers.downs ? 0 : -100;
      }
      if (weights[0] + weights[1] + weights[2] <= 0) {
        weights[random.nextInt(3)] = 100;
      }
      say("wish " + weights[0] + " " + weights[1] + " " + weights[2]);
      Wish servers = Fleet.wish(weights[0], weights[1], weights[2]);
      fleet.wish(new Wish(servers.servers(), servers.pins(), givenBack()));
    }

    /** Now and then the slots of some sources are given back to the table. */
    private BitSet givenBack() {
      BitSet slots = new BitSet();
      if (random.nextInt(3) == 0) {
        for (Source source : checker.sources) {
          if (random.nextBoolean()) {
            slots.set(SlotHash.slot(source));
            givenBack++;
          }
        }
      }
      return slots;
    }

    private void silence() {
      Fleet.Node node = node();
      if (node.frozen) {
        say(node.id + " goes on");
        node.frozen = false;
      } else if (dangers.silence && fleet.nodes.values().stream().noneMatch(n -> n.frozen)) {
        say(node.id + " is stopped");
        node.frozen = true;
        silences++;
      }
    }

    private void crash() {
      if (!dangers.crashes) {
        return;
      }
      if (fleet.nodes.size() > 1 && random.nextBoolean()) {
        Fleet.Node node = node();
        say(node.id + " crashes");
        fleet.crash(node);
        checker.crashed(node);
        if (fleet.nodes.values().stream().noneMatch(n -> n.leads)) {
          node().leads = true;
        }
        crashes++;
      } else if (fleet.nodes.size() < 3) {
        for (String name : names) {
          if (fleet.nodes.keySet().stream().noneMatch(n -> n.value().equals(name))) {
            say(name + " starts");
            fleet.start(name);
            return;
          }
        }
      }
    }

    /** In the end everything that was under way comes to rest: no hold, one answer everywhere. */
    private void end() {
      fleet.cloud.automatic();
      while (!fleet.cloud.pending().isEmpty()) {
        fleet.cloud.pending().get(0).run();
        checker.look();
      }
      Fleet.Node leader = fleet.nodes.values().iterator().next();
      for (Fleet.Node node : fleet.nodes.values()) {
        node.frozen = false;
        node.leads = node == leader;
      }
      for (int i = 0; i < 13 || (i < 60 && !quiet()); i++) {
        fleet.pass(Duration.ofSeconds(1));
      }
      checker.look();
      for (Fleet.Node node : fleet.nodes.values()) {
        PoolState state = node.state();
        if (state.heldSlots() > 0 || !state.open() || !state.settled()) {
          throw new AssertionError("stuck: " + node.id + " " + state + " " + checker.record());
        }
      }
      for (Source source : checker.sources) {
        List<LoopRoutes.Answer> answers = new ArrayList<>();
        for (Fleet.Node node : fleet.nodes.values()) {
          for (int lane = 0; lane < Fleet.LANES; lane++) {
            answers.add(node.lane(lane).answer(source));
          }
        }
        if (answers.stream().distinct().count() > 1) {
          throw new AssertionError("several answers: " + source + " " + answers);
        }
      }
    }

    private boolean quiet() {
      return fleet.nodes.values().stream()
          .allMatch(
              node ->
                  node.state().open() && node.state().settled() && node.state().heldSlots() == 0);
    }
  }
}
