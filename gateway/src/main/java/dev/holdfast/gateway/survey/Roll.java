package dev.holdfast.gateway.survey;

import dev.holdfast.members.Contact;
import dev.holdfast.words.NodeName;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The nodes that may have sessions.
 *
 * @param heard in contact, this one included
 * @param silent known and neither in contact nor proven gone: they may have sessions
 */
public record Roll(Set<NodeName> heard, Set<NodeName> silent) {
  /** Copies the sets. */
  public Roll {
    heard = Set.copyOf(heard);
    silent = Set.copyOf(silent);
  }

  /** By what the watch knows. */
  public static Roll of(Contact contact) {
    Set<NodeName> heard = new TreeSet<>();
    contact.heard().forEach(process -> heard.add(process.name()));
    heard.add(contact.self().name());
    Set<NodeName> silent = new TreeSet<>();
    contact
        .roster()
        .forEach(
            (name, incarnation) -> {
              boolean gone = contact.gone().getOrDefault(name, Long.MIN_VALUE) >= incarnation;
              if (!gone && !heard.contains(name)) {
                silent.add(name);
              }
            });
    return new Roll(heard, silent);
  }

  /** All of them by name. */
  List<NodeName> all() {
    Set<NodeName> all = new TreeSet<>(heard);
    all.addAll(silent);
    return List.copyOf(all);
  }
}
