package dev.holdfast.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdfast.words.HostPort;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration file: from text to validated settings, or every fault at once. Nothing here
 * throws for what a person wrote.
 */
public final class ConfigFile {
  private ConfigFile() {}

  /**
   * Reads a file. Blocks; for the start of a process.
   *
   * @param file as the operator named it; faults name it so, relative paths start from its folder
   */
  public static Checked<Settings> read(Path file, Host host) {
    Faults faults = new Faults(file.toString());
    Spot whole = Spot.ROOT.key("file");
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
    try {
      if (Files.size(file) > 4L * YamlTree.MAX_CHARACTERS) {
        faults.add(Place.START, whole, "too large", YamlTree.MAX_CHARACTERS + " characters");
        return new Checked.Faulty<>(faults.all());
      }
      byte[] bytes = Files.readAllBytes(file);
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return parse(text, file.toString(), folder, host);
    } catch (CharacterCodingException e) {
      faults.add(Place.START, whole, "bytes that are no text", "UTF-8");
    } catch (NoSuchFileException e) {
      faults.add(Place.START, whole, "not found", "a file that can be read");
    } catch (IOException e) {
      faults.add(Place.START, whole, String.valueOf(e.getMessage()), "a file that can be read");
    }
    return new Checked.Faulty<>(faults.all());
  }

  /**
   * Reads the text of a file.
   *
   * @param name what faults call the file
   * @param folder what relative paths start from
   */
  public static Checked<Settings> parse(String text, String name, Path folder, Host host) {
    return parse(text, new Reading(Form.FILE, new Faults(name), host, folder));
  }

  static Checked<Settings> parse(String text, Reading reading) {
    return YamlTree.of(text, reading.faults())
        .map(tree -> settings(tree, reading))
        .orElseGet(() -> new Checked.Faulty<>(reading.faults().all()));
  }

  /**
   * The settings of {@code run --listen HOST:PORT --server HOST:PORT ...}: one listener and one
   * pool, both named {@code main}. A server is named by its address, so the order means nothing.
   *
   * @param folder what relative paths start from
   */
  public static Checked<Settings> quick(
      String listen, List<String> servers, Path folder, Host host) {
    List<Map<String, Object>> all = new ArrayList<>();
    Faults faults = new Faults("command line");
    for (String server : servers) {
      Spot spot = Spot.ROOT.key("--server");
      try {
        HostPort at = HostPort.parse(server);
        String name = "server-" + at.host().replaceAll("[^A-Za-z0-9.-]", "-") + "-" + at.port();
        all.add(Map.of("name", name, "host", at.host(), "ports", List.of(at.port())));
      } catch (IllegalArgumentException e) {
        faults.add(Place.NOWHERE, spot, server, "HOST:PORT");
      }
    }
    try {
      HostPort.parse(listen);
    } catch (IllegalArgumentException e) {
      faults.add(Place.NOWHERE, Spot.ROOT.key("--listen"), listen, "HOST:PORT");
    }
    if (!faults.none()) {
      return new Checked.Faulty<>(faults.all());
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("listeners", List.of(Map.of("name", "main", "bind", listen, "pool", "main")));
    document.put("pools", List.of(Map.of("name", "main", "servers", all)));
    JsonNode json = new JsonMapper().valueToTree(document);
    return settings(Tree.of(json), new Reading(Form.FILE, faults, host, folder));
  }

  private static Checked<Settings> settings(Tree tree, Reading reading) {
    Slot slot = Schema.DOCUMENT.read(tree, Spot.ROOT, reading);
    if (slot == null || !reading.faults().none()) {
      return new Checked.Faulty<>(reading.faults().all());
    }
    Settings settings = Schema.settings((Values) slot.raw());
    return new Checked.Good<>(settings, reading.faults().warnings());
  }
}
