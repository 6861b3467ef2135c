package dev.holdfast.loadtest.run;

import dev.holdfast.loadtest.drive.Plan;
import dev.holdfast.loadtest.drive.Seen;
import dev.holdfast.loadtest.measure.Count;
import dev.holdfast.loadtest.measure.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What has to hold at the end of a run. Pure. */
final class Checks {
  private final Plan plan;
  private final Expectation expected;
  private final List<Check> checks = new ArrayList<>();

  private Checks(Plan plan, Expectation expected) {
    this.plan = plan;
    this.expected = expected;
  }

  /**
   * Judges.
   *
   * @param full when the time had come to end it
   * @param last after the last session ended, or the wait for it
   * @param servers what they told, or why they did not
   */
  static List<Check> of(
      Plan plan,
      Expectation expected,
      Sample full,
      Sample last,
      Seen seen,
      @Nullable ServerCounts servers,
      @Nullable String countFault) {
    Checks judge = new Checks(plan, expected);
    judge.bytes(last);
    judge.lost(full, last);
    judge.sticky(last, seen);
    judge.refused(last);
    judge.kept(full);
    judge.ends(last);
    judge.own(last);
    judge.limits(servers, countFault);
    return List.copyOf(judge.checks);
  }

  private void say(String name, boolean passed, String detail) {
    checks.add(new Check(name, passed, detail));
  }

  private void bytes(Sample last) {
    long wrong = last.count(Count.WRONG_BYTES);
    say(
        "bytes",
        wrong == 0,
        wrong == 0
            ? last.count(Count.BYTES_RECEIVED) + " bytes came back as they were sent"
            : wrong + " sessions received wrong bytes or too few");
  }

  private void lost(Sample full, Sample last) {
    String how =
        "%d by an end, %d by a reset"
            .formatted(last.count(Count.LOST_BY_FIN), last.count(Count.LOST_BY_RESET));
    if (expected.losses()) {
      say(
          "back",
          full.open() >= plan.kept(),
          "%d of %d sessions were there at the end; %d were lost (%s), %d came back"
              .formatted(full.open(), plan.kept(), last.lost(), how, last.count(Count.RETURNED)));
    } else {
      say(
          "lost",
          last.lost() == 0,
          "%d of %d sessions were lost%s"
              .formatted(
                  last.lost(), last.count(Count.OPENED), last.lost() == 0 ? "" : ": " + how));
    }
  }

  private void sticky(Sample last, Seen seen) {
    if (!expected.sticky() || !plan.greeting()) {
      return;
    }
    long moved = last.count(Count.UNSTICKY);
    if (moved == 0 && seen.firstFault() == null) {
      int sources = seen.sourcesByServer().values().stream().mapToInt(Integer::intValue).sum();
      say(
          "sticky",
          true,
          "%d sources, each on one of %d servers"
              .formatted(sources, seen.sourcesByServer().size()));
    } else {
      say(
          "sticky",
          false,
          "%d sessions reached another server than their source before; first: %s"
              .formatted(moved, seen.firstFault()));
    }
  }

  private void refused(Sample last) {
    long refused = last.count(Count.REFUSED);
    long unreachable = last.count(Count.UNREACHABLE);
    say(
        "refused",
        expected.refusals() || refused + unreachable == 0,
        "%d sessions were refused, %d found nobody".formatted(refused, unreachable));
  }

  private void kept(Sample full) {
    if (plan.kept() > 0 && !expected.refusals() && !expected.losses()) {
      say(
          "kept",
          full.open() >= plan.kept(),
          "%d of %d sessions were there at the end".formatted(full.open(), plan.kept()));
    }
  }

  private void ends(Sample last) {
    say("ends", last.alive() == 0, last.alive() + " sessions did not end when they were asked to");
  }

  private void own(Sample last) {
    long faults = last.count(Count.OWN_FAULTS);
    if (faults > 0) {
      say(
          "own",
          false,
          faults
              + " sessions could not be begun here: no descriptor or port left (try more --workers"
              + " or --sources)");
    }
  }

  private void limits(@Nullable ServerCounts servers, @Nullable String fault) {
    if (expected.countAt().isEmpty()) {
      return;
    }
    if (servers == null) {
      say("limit", false, String.valueOf(fault));
      return;
    }
    Long limit = expected.limit();
    if (limit != null) {
      say(
          "limit",
          servers.all().max() <= limit,
          "the servers had at most %d sessions at once of %d"
              .formatted(servers.all().max(), limit));
    }
    Map<String, Long> limits = new TreeMap<>();
    servers
        .servers()
        .keySet()
        .forEach(
            name -> {
              Long own =
                  expected.serverLimits().getOrDefault(name, expected.serverLimits().get("*"));
              if (own != null) {
                limits.put(name, own);
              }
            });
    limits.forEach(
        (name, own) -> {
          long most = servers.servers().get(name).max();
          say(
              "limit " + name,
              most <= own,
              "it had at most %d sessions at once of %d".formatted(most, own));
        });
    expected
        .serverLimits()
        .keySet()
        .forEach(
            name -> {
              if (!name.equals("*") && !servers.servers().containsKey(name)) {
                say("limit " + name, false, "no server of that name tells its count");
              }
            });
  }
}
