package dev.holdfast.loadtest.drive;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The server of each source, as the first of its sessions saw it. Any thread. */
final class Stickiness {
  private final Names names = new Names();
  private final AtomicIntegerArray serverOf;
  private final AtomicReference<@Nullable String> first = new AtomicReference<>();

  Stickiness(int sources) {
    serverOf = new AtomicIntegerArray(sources);
  }

  /** Notes that a session of a source reached a server; false if another one did before. */
  boolean agrees(int source, String name, Origins origins) {
    int server = names.number(name);
    if (serverOf.compareAndSet(source, 0, server + 1)) {
      return true;
    }
    int before = serverOf.get(source) - 1;
    if (before != server) {
      first.compareAndSet(
          null, origins.name(source) + " reached " + names.name(before) + " and " + name);
    }
    return before == server;
  }

  /** The first source on two servers, or null. */
  @Nullable String firstFault() {
    return first.get();
  }

  /** How many sources reached each server. */
  Map<String, Integer> sourcesByServer() {
    Map<String, Integer> all = new HashMap<>();
    for (int i = 0; i < serverOf.length(); i++) {
      if (serverOf.get(i) > 0) {
        all.merge(names.name(serverOf.get(i) - 1), 1, Integer::sum);
      }
    }
    return all;
  }

  /** The server of each of the first sources; empty if there are more than so many. */
  Map<String, String> serverBySource(int atMost, Origins origins) {
    Map<String, String> all = new HashMap<>();
    if (serverOf.length() <= atMost) {
      for (int i = 0; i < serverOf.length(); i++) {
        if (serverOf.get(i) > 0) {
          all.put(origins.name(i), names.name(serverOf.get(i) - 1));
        }
      }
    }
    return all;
  }
}
