package dev.holdfast.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.words.ServerName;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shared configuration as JSON: what the admin API answers and takes, and what is stored. Keys
 * in camelCase, durations as {@code 5s}, rates as {@code 20/s}, none as null, every key present.
 */
public final class ConfigJson {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final Host NO_HOST = new Host("request", Long.MAX_VALUE);
  private static final Path NO_FOLDER = Path.of("");

  private ConfigJson() {}

  /** The configuration as a new map of maps, lists, texts, numbers and nulls. */
  public static Map<String, @Nullable Object> of(SharedConfig config) {
    return Schema.DOCUMENT.json(config);
  }

  /** The server as a new map, as in the configuration. */
  public static Map<String, @Nullable Object> of(ServerConfig server) {
    return PoolKeys.SERVER.json(server);
  }

  /**
   * Reads a whole configuration from a request. Unknown keys are faults; what is not given has its
   * default.
   *
   * @param json a map of maps, a JSON tree, or anything that Jackson turns into one
   */
  public static Checked<SharedConfig> read(Object json) {
    return read(tree(json), Form.REQUEST);
  }

  /**
   * Reads a whole configuration that replaces the present one. Unknown keys are faults; what is not
   * given has its default, but for {@code expectedNodes}: that stays, since its default is the
   * length of a list that is not shared.
   *
   * @param json a map of maps, a JSON tree, or anything that Jackson turns into one
   */
  public static Checked<SharedConfig> replacement(Object json, SharedConfig present) {
    Faults faults = new Faults("request");
    return read(
        tree(json), new Reading(Form.REQUEST, faults, NO_HOST, NO_FOLDER, present.expectedNodes()));
  }

  /**
   * The same from a text as in a file: YAML, keys in kebab-case. What belongs to one node may be
   * there and is ignored, but for the length of {@code cluster.join}.
   */
  public static Checked<SharedConfig> replacementText(String text, SharedConfig present) {
    Reading reading =
        new Reading(Form.FILE, new Faults("request"), NO_HOST, NO_FOLDER, present.expectedNodes());
    Checked<Settings> file = ConfigFile.parse(text, reading);
    return file instanceof Checked.Good<Settings> good
        ? new Checked.Good<>(good.value().shared(), good.warnings())
        : new Checked.Faulty<>(file.found());
  }

  /**
   * Reads one server from a request, without its name, which the address of the request says.
   *
   * @param present the server of that name if there is one: what is not given stays as it is
   */
  public static Checked<ServerConfig> readServer(
      ServerName name, Object json, @Nullable ServerConfig present) {
    Faults faults = new Faults("request");
    JsonNode given = JSON.valueToTree(json);
    if (!(given instanceof ObjectNode fields)) {
      faults.add(Place.NOWHERE, Spot.ROOT, Tree.of(given).show(), PoolKeys.SERVER.rule());
      return new Checked.Faulty<>(faults.all());
    }
    if (fields.has("name") && !fields.get("name").asText().equals(name.value())) {
      Spot spot = Spot.ROOT.key("name");
      faults.add(Place.NOWHERE, spot, fields.get("name").asText(), name.value());
    }
    Map<String, Object> all = new LinkedHashMap<>();
    if (present != null) {
      all.putAll(of(present));
    }
    fields.properties().forEach(field -> all.put(field.getKey(), field.getValue()));
    all.put("name", name.value());
    Reading reading = new Reading(Form.REQUEST, faults, NO_HOST, NO_FOLDER);
    Slot slot = PoolKeys.SERVER.read(tree(all), Spot.ROOT, reading);
    return slot == null || !faults.none()
        ? new Checked.Faulty<>(faults.all())
        : new Checked.Good<>(PoolKeys.SERVER.make(slot.raw()), faults.warnings());
  }

  /**
   * Reads a stored configuration; keys of a later version are ignored.
   *
   * @throws IllegalArgumentException if it breaks a rule of this version
   */
  static SharedConfig stored(Map<String, Object> row) {
    return read(tree(row), Form.ROW).orThrow();
  }

  private static Tree tree(Object json) {
    return Tree.of(JSON.<JsonNode>valueToTree(json));
  }

  private static Checked<SharedConfig> read(Tree tree, Form form) {
    Faults faults = new Faults(form == Form.ROW ? "stored configuration" : "request");
    return read(tree, new Reading(form, faults, NO_HOST, NO_FOLDER));
  }

  private static Checked<SharedConfig> read(Tree tree, Reading reading) {
    Faults faults = reading.faults();
    Slot slot = Schema.DOCUMENT.read(tree, Spot.ROOT, reading);
    return slot == null || !faults.none()
        ? new Checked.Faulty<>(faults.all())
        : new Checked.Good<>(Schema.DOCUMENT.make(slot.raw()), faults.warnings());
  }
}
