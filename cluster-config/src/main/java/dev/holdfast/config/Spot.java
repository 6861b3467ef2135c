package dev.holdfast.config;

import org.jspecify.annotations.Nullable;

/**
 * What a value is called: for people {@code pools[0].servers[1].weight}, for programs a JSON
 * pointer. The texts are made when they are asked for, since few values have a fault.
 *
 * @param parent what holds it, null for the whole document
 * @param name of the key, null for an item of a list
 * @param index of the item
 */
record Spot(@Nullable Spot parent, @Nullable String name, int index) {
  /** The whole document. */
  static final Spot ROOT = new Spot(null, null, 0);

  /** The value of a key in this one. */
  Spot key(String key) {
    return new Spot(this, key, 0);
  }

  /** The item of this list. */
  Spot item(int at) {
    return new Spot(this, null, at);
  }

  /** As people say it; one line, whatever the names are. */
  String dotted() {
    if (parent == null) {
      return "";
    }
    String before = parent.dotted();
    if (name == null) {
      return before + "[" + index + "]";
    }
    String shown = Tree.brief(name);
    return before.isEmpty() ? shown : before + "." + shown;
  }

  /** As a JSON pointer. */
  String pointer() {
    if (parent == null) {
      return "";
    }
    String last =
        name == null ? Integer.toString(index) : name.replace("~", "~0").replace("/", "~1");
    return parent.pointer() + "/" + last;
  }
}
