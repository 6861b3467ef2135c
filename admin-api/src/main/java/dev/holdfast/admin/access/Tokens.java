package dev.holdfast.admin.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The tokens file: a YAML list of {@code {name, role, sha256}}. Immutable; read it again for a
 * change.
 */
public final class Tokens {
  private static final int MAX_BYTES = 1 << 20;
  private static final Set<String> KEYS = Set.of("name", "role", "sha256");

  private final List<Entry> entries;

  private record Entry(String name, Role role, byte[] sha256) {}

  private Tokens(List<Entry> entries) {
    this.entries = entries;
  }

  /**
   * Reads a tokens file.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if its content breaks a rule; the message names the entry,
   *     never the hash
   */
  public static Tokens read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IllegalArgumentException(
          file + ": " + Files.size(file) + " bytes (expected: at most " + MAX_BYTES + ")");
    }
    return parse(file.toString(), Files.readString(file));
  }

  /**
   * Reads the text of a tokens file.
   *
   * @param origin what messages call the text
   * @throws IllegalArgumentException if the text breaks a rule
   */
  public static Tokens parse(String origin, String text) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setMaxAliasesForCollections(0);
    Object root;
    try {
      root = new Yaml(new SafeConstructor(options)).load(text);
    } catch (YAMLException e) {
      throw fault(origin, "not readable", "YAML");
    }
    if (!(root instanceof List<?> list) || list.isEmpty()) {
      throw fault(origin, "no tokens", "a list of { name, role, sha256 }, at least one");
    }
    List<Entry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      Entry entry = entry(origin + ": entry " + (i + 1), list.get(i));
      if (!names.add(entry.name)) {
        throw fault(origin, "name: " + entry.name, "each name once");
      }
      entries.add(entry);
    }
    return new Tokens(List.copyOf(entries));
  }

  private static Entry entry(String origin, Object value) {
    if (!(value instanceof Map<?, ?> map) || !map.keySet().equals(KEYS)) {
      throw fault(origin, "keys", "name, role, sha256");
    }
    if (!(map.get("name") instanceof String name)
        || !name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
      throw fault(origin, "name", "1-63 characters: letters, digits, '.', '_', '-'");
    }
    String sha256 = String.valueOf(map.get("sha256"));
    if (!sha256.matches("[0-9A-Fa-f]{64}")) {
      throw fault(origin, "sha256", "64 hexadecimal digits, quoted");
    }
    Role role =
        switch (String.valueOf(map.get("role"))) {
          case "viewer" -> Role.VIEWER;
          case "operator" -> Role.OPERATOR;
          default -> throw fault(origin, "role: " + map.get("role"), "viewer or operator");
        };
    return new Entry(name, role, HexFormat.of().parseHex(sha256.toLowerCase(Locale.ROOT)));
  }

  private static IllegalArgumentException fault(String origin, String value, String expected) {
    return new IllegalArgumentException(origin + ": " + value + " (expected: " + expected + ")");
  }

  /**
   * Who bears this token. Every hash is compared, each in constant time, so the time says nothing
   * about which one is near.
   */
  public Optional<Caller> bearer(String token) {
    byte[] hash = sha256(token);
    Caller found = null;
    for (Entry entry : entries) {
      if (MessageDigest.isEqual(entry.sha256, hash)) {
        found = new Caller(entry.name, entry.role);
      }
    }
    return Optional.ofNullable(found);
  }

  private static byte[] sha256(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
