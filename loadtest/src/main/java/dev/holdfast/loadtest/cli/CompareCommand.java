package dev.holdfast.loadtest.cli;

import dev.holdfast.loadtest.compare.Comparison;
import dev.holdfast.loadtest.compare.Table;
import dev.holdfast.loadtest.compare.Work;
import dev.holdfast.loadtest.peers.Haproxy;
import dev.holdfast.loadtest.peers.Holdfast;
import dev.holdfast.loadtest.peers.Kernel;
import dev.holdfast.loadtest.peers.Nginx;
import dev.holdfast.loadtest.peers.Peer;
import dev.holdfast.loadtest.peers.Tool;
import dev.holdfast.loadtest.report.Machine;
import dev.holdfast.loadtest.words.BadInput;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code loadtest compare}. */
@Command(
    name = "compare",
    description = {
      "HAProxy, nginx and Holdfast on the same work, each on a core of its own, in turn.",
      "Prints what each costs, beside the first."
    })
final class CompareCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often each has its turn. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--side-by-side",
      description =
          "All run at once and have their turns by the second, so that a machine that is slow for"
              + " a while is slow for all; for churn, echo, bulk, with many rounds and a short"
              + " --measure.")
  private boolean sideBySide;

  @Option(
      names = "--log",
      paramLabel = "on|off|both",
      defaultValue = "both",
      description = "Whether all write their access log. Default: ${DEFAULT-VALUE}.")
  private Log log = Log.BOTH;

  @Option(
      names = "--only",
      paramLabel = "PART",
      split = ",",
      description = "Only this work: churn, echo, bulk, idle, calls, second (other tools).")
  private Set<Work.Part> parts = EnumSet.noneOf(Work.Part.class);

  @Option(
      names = "--peers",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "haproxy,nginx,holdfast",
      description = "Who takes part; ratios are to the first. Default: ${DEFAULT-VALUE}.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--warm",
      paramLabel = "TIME",
      defaultValue = "4s",
      description =
          "Proxy CPU spent on each kind of work before it is measured. Default: ${DEFAULT-VALUE}.")
  private Duration warm = Duration.ofSeconds(4);

  @Option(
      names = "--measure",
      paramLabel = "TIME",
      defaultValue = "4s",
      description = "Proxy CPU spent on each kind while it is measured. Default: ${DEFAULT-VALUE}.")
  private Duration measure = Duration.ofSeconds(4);

  @Option(
      names = "--held",
      paramLabel = "N",
      defaultValue = "0",
      description = "Sessions that are held while short ones come and go.")
  private int held;

  @Option(
      names = "--idle",
      paramLabel = "N",
      defaultValue = "4000",
      description = "Idle sessions that memory is measured with. Default: ${DEFAULT-VALUE}.")
  private int idle;

  @Option(
      names = "--holdfast",
      paramLabel = "[NAME=]FILE",
      description =
          "The launcher; several versions may be compared, each with a name. Default: the one that"
              + " started this.")
  private List<String> launchers = new ArrayList<>();

  @Option(
      names = "--holdfast-java",
      paramLabel = "[NAME=]OPTIONS",
      description = "More flags for its Java machine.")
  private List<String> javaOptions = new ArrayList<>();

  @Option(
      names = "--java-home",
      paramLabel = "[NAME=]DIR",
      description = "The Java of it. Default: the one that runs this.")
  private List<String> javaHomes = new ArrayList<>();

  @Option(
      names = "--nodes",
      paramLabel = "[NAME=]N",
      description = "Nodes of its cluster; one of them is loaded. Default: 1.")
  private List<String> nodes = new ArrayList<>();

  @Option(names = "--markdown", paramLabel = "FILE", description = "Write the tables for a page.")
  private @Nullable Path markdown;

  /** Access logs. */
  enum Log {
    /** All write one. */
    ON,
    /** None does. */
    OFF,
    /** First with, then without. */
    BOTH
  }

  CompareCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ScenarioCommand.requireCount("rounds", rounds, 1);
    ScenarioCommand.requireWritable(markdown);
    if (held < 0 || held > 9000 || idle < 1 || idle > 9000) {
      throw BadInput.of("held and idle", held + " and " + idle, "at most 9000");
    }
    Set<Work.Part> wanted = wanted();
    List<Peer> peers = peers();
    requireTools(peers, wanted);
    Work work = new Work(wanted, warm.toMillis(), measure.toMillis(), 64, idle, held, 1000);
    String versions =
        peers.stream()
            .map(peer -> peer.name() + " " + peer.version().orElse(""))
            .collect(Collectors.joining(", "));
    StringBuilder page = new StringBuilder();
    for (boolean logged : new boolean[] {true, false}) {
      if (log == Log.BOTH || (log == Log.ON) == logged) {
        String title =
            "Access log %s, %d rounds%s%s; %s; %s"
                .formatted(
                    logged ? "on" : "off",
                    rounds,
                    sideBySide ? " side by side" : "",
                    held > 0 ? ", " + held + " sessions held" : "",
                    versions,
                    Machine.line());
        Kernel.Share before = Kernel.Share.now();
        Comparison comparison =
            new Comparison(peers, work, logged, line -> console.err().println(line));
        Comparison.Rounds figures =
            sideBySide ? comparison.sideBySide(rounds) : comparison.run(rounds);
        String others =
            "Other processes took %.0f %% of the machine meanwhile."
                .formatted(Kernel.Share.now().othersSince(before) * 100);
        Table table = new Table(peers.stream().map(Peer::name).toList(), figures);
        console.out().println("\n" + title + "\n" + others + "\n\n" + table.text());
        page.append(title)
            .append(". ")
            .append(others)
            .append("\n\n")
            .append(table.markdown())
            .append('\n');
      }
    }
    if (markdown != null) {
      Files.writeString(markdown, page);
    }
    return Exit.DONE;
  }

  private static String word(Work.Part part) {
    return part.name().toLowerCase(Locale.ROOT);
  }

  private Set<Work.Part> wanted() {
    Set<Work.Part> turns = EnumSet.of(Work.Part.CHURN, Work.Part.ECHO, Work.Part.BULK);
    if (sideBySide && !turns.containsAll(parts)) {
      String all = parts.stream().map(CompareCommand::word).collect(Collectors.joining(","));
      throw BadInput.of("only", all, "churn, echo or bulk with --side-by-side");
    }
    return !parts.isEmpty() ? parts : sideBySide ? turns : EnumSet.allOf(Work.Part.class);
  }

  private List<Peer> peers() {
    Map<String, String> files = named("holdfast", launchers);
    Map<String, String> options = named("holdfast-java", javaOptions);
    Map<String, String> homes = named("java-home", javaHomes);
    Map<String, String> sizes = named("nodes", nodes);
    List<Peer> peers = new ArrayList<>();
    for (String name : names) {
      switch (name) {
        case "haproxy" -> peers.add(new Haproxy());
        case "nginx" -> peers.add(new Nginx());
        default -> {
          if (!name.equals("holdfast")
              && Stream.of(files, options, homes, sizes).noneMatch(all -> all.containsKey(name))) {
            throw BadInput.of(
                "peers", name, "haproxy, nginx, holdfast, or a name of --holdfast NAME=FILE");
          }
          String file = of(files, name, launcher().toString());
          String flags = of(options, name, "");
          String size = of(sizes, name, "1");
          if (!size.matches("[1-9]|1\\d")) {
            throw BadInput.of("nodes", size, "1 to 19");
          }
          peers.add(
              new Holdfast(
                  name,
                  Path.of(file),
                  Path.of(of(homes, name, System.getProperty("java.home"))),
                  flags.isBlank() ? List.of() : List.of(flags.split(" ")),
                  Integer.parseInt(size)));
        }
      }
    }
    return peers;
  }

  private static String of(Map<String, String> all, String name, String other) {
    return all.getOrDefault(name, all.getOrDefault("holdfast", other));
  }

  /** {@code NAME=VALUE} by name; without a name it is the usual one's. */
  private static Map<String, String> named(String option, List<String> texts) {
    Map<String, String> all = new LinkedHashMap<>();
    for (String text : texts) {
      int equals =
          text.matches("[A-Za-z0-9.-]+=.*") && !text.startsWith("-") ? text.indexOf('=') : -1;
      String name = equals < 0 ? "holdfast" : text.substring(0, equals);
      if (all.put(name, text.substring(equals + 1)) != null) {
        throw BadInput.of(option, text, "each name once");
      }
    }
    return all;
  }

  /** The launcher beside this program: in the distribution's folder, or in that of the sources. */
  static Path launcher() {
    try {
      Path jar =
          Path.of(CompareCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      for (Path folder = jar.getParent(); folder != null; folder = folder.getParent()) {
        if (Files.isExecutable(folder.resolve("holdfast"))) {
          return folder.resolve("holdfast");
        }
      }
    } catch (URISyntaxException e) {
      // not from a file
    }
    return Path.of("holdfast");
  }

  private static void requireTools(List<Peer> peers, Set<Work.Part> wanted) {
    List<String> missing =
        new ArrayList<>(
            peers.stream().filter(peer -> peer.version().isEmpty()).map(Peer::packages).toList());
    if (wanted.contains(Work.Part.CALLS) && Tool.find("strace").isEmpty()) {
      missing.add("strace");
    }
    if (Tool.find("taskset").isEmpty()) {
      missing.add("util-linux");
    }
    if (wanted.contains(Work.Part.SECOND)) {
      if (Tool.find("redis-benchmark").isEmpty() || Tool.find("redis-server").isEmpty()) {
        missing.add("redis-server redis-tools");
      }
      if (Tool.find("iperf3").isEmpty()) {
        missing.add("iperf3");
      }
    }
    if (!missing.isEmpty()) {
      throw new Impossible(
          "missing Debian packages: "
              + String.join(" ", missing)
              + " (apt-get install them, or leave them out by --peers and --only)");
    }
  }
}
