package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.config.Checked;
import dev.holdfast.config.ConfigFile;
import dev.holdfast.config.Host;
import dev.holdfast.config.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast apply}. */
@Command(
    name = "apply",
    description = {
      "Replaces the shared configuration by that of a file, or of an earlier revision.",
      "Sessions go on. What cannot be in force on every node changes nothing on any.",
      "What a file says of its own node (node, cluster.name, cluster.join) is left out."
    })
final class ApplyCommand extends ApiCommand {
  private final Console console;

  @ArgGroup(multiplicity = "1")
  private @Nullable From from;

  @Option(
      names = "--dry-run",
      description = "Show the difference and what it does to slots and sessions; change nothing.")
  private boolean dryRun;

  @Option(
      names = "--force",
      description = "Also if a server, pool or listener goes that has sessions; they go on.")
  private boolean force;

  /** Where the configuration comes from. */
  static final class From {
    @Option(
        names = {"-f", "--file"},
        paramLabel = "FILE",
        description = "The configuration.")
    private @Nullable Path file;

    @Option(
        names = "--revision",
        paramLabel = "N",
        description = "One of the last ten revisions; admin states and pins stay as they are.")
    private @Nullable Long revision;
  }

  ApplyCommand(Console console) {
    super(console);
    this.console = console;
  }

  @Override
  Api.Answer ask(Api api) {
    From source = Objects.requireNonNull(from);
    String text = source.file == null ? null : checked(source.file);
    Api.Answer present = api.get("v1/config");
    if (!present.good()) {
      return present;
    }
    long revision = present.json().path("revision").asLong();
    String query = "?dryRun=" + dryRun + "&force=" + force;
    return text != null
        ? api.send("PUT", "v1/config" + query, text, "application/yaml", revision)
        : api.send(
            "POST",
            "v1/config/revisions/" + source.revision + "/apply" + query,
            "{}",
            "application/json",
            revision);
  }

  /** The text of a file without faults; else they are told, each with its place. */
  private String checked(Path file) {
    Checked<Settings> checked = ConfigFile.read(file, Host.here());
    checked.found().forEach(fault -> console.err().println(fault));
    if (!(checked instanceof Checked.Good<Settings> good)) {
      throw new No();
    }
    good.warnings().forEach(warning -> console.err().println("warning: " + warning));
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new Impossible("-f: " + file + " (expected: a file that can be read)");
    }
  }

  @Override
  void show(Api api, Api.Answer answer, Console to) {
    JsonNode change = answer.json();
    PrintWriter out = to.out();
    String revision = change.path("revision").asText();
    if (change.path("changes").isEmpty()) {
      out.println("nothing differs: revision " + revision);
      return;
    }
    change.path("changes").forEach(one -> out.println(line(one)));
    out.println();
    effect(change.path("effect"), out);
    out.println(dryRun ? "dry run: it would be revision " + revision : "revision " + revision);
  }

  private static String line(JsonNode change) {
    String key = change.path("key").asText();
    return switch (change.path("kind").asText()) {
      case "added" -> "+ " + key + "  " + brief(change.path("after"));
      case "removed" -> "- " + key + "  " + brief(change.path("before"));
      default ->
          "~ " + key + "  " + brief(change.path("before")) + " -> " + brief(change.path("after"));
    };
  }

  /** A value in the words of the file; of a whole thing what tells it from others. */
  private static String brief(JsonNode value) {
    if (value.isNull() || value.isMissingNode()) {
      return "none";
    }
    if (!value.isObject()) {
      return value.isTextual() ? value.asText() : value.toString().replace("\"", "");
    }
    StringBuilder text = new StringBuilder();
    for (String key : new String[] {"bind", "pool", "host", "ports", "weight", "servers"}) {
      JsonNode part = value.path(key);
      if (!part.isMissingNode()) {
        text.append(text.isEmpty() ? "" : ", ").append(key).append(": ");
        text.append(key.equals("servers") ? Integer.toString(part.size()) : brief(part));
      }
    }
    return text.toString();
  }

  private static void effect(JsonNode effect, PrintWriter out) {
    for (JsonNode pool : effect.path("pools")) {
      out.println(
          "pool %s: %d of 65536 slots move; sources that have sessions stay where they are"
              .formatted(pool.path("pool").asText(), pool.path("slots").asInt()));
      if (pool.path("newSources").asBoolean()) {
        out.println("  its prefixes change: every client becomes another source");
      }
      if (!pool.path("servers").isEmpty()) {
        Columns columns = new Columns("  SERVER", "SLOTS", "AFTER", "SESSIONS");
        for (JsonNode server : pool.path("servers")) {
          columns.row(
              "  " + server.path("server").asText(),
              server.path("slotsBefore"),
              server.path("slotsAfter"),
              server.path("sessions"));
        }
        columns.print(out);
      }
    }
    for (JsonNode gone : effect.path("removed")) {
      long sessions = gone.path("sessions").asLong();
      String live = sessions == 0 ? "it has no sessions" : "its " + sessions + " sessions go on";
      out.println(gone.path("scope").asText() + " goes; " + live);
    }
    out.println("sessions ended: none");
  }
}
