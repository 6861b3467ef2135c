package dev.holdfast.config;

/** The forms in which a configuration is written. */
enum Form {
  /** The file: YAML, kebab-case, everything. */
  FILE,
  /** What the admin API takes: camelCase, only what is shared, unknown keys are faults. */
  REQUEST,
  /** What is stored: as a request, but unknown keys are from a later version and ignored. */
  ROW;

  /** What a key is called. */
  String name(Key<?, ?> key) {
    return this == FILE ? key.name() : camel(key.name());
  }

  /** True if documents of this form may hold the key. */
  boolean knows(Key<?, ?> key) {
    return this == FILE || !key.perNode();
  }

  /** {@code sessions-per-source} becomes {@code sessionsPerSource}. */
  static String camel(String kebab) {
    StringBuilder text = new StringBuilder();
    boolean up = false;
    for (char c : kebab.toCharArray()) {
      if (c == '-') {
        up = true;
      } else {
        text.append(up ? Character.toUpperCase(c) : c);
        up = false;
      }
    }
    return text.toString();
  }
}
