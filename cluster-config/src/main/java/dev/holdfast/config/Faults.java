package dev.holdfast.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong, and what is worth a warning, while one document is read. */
final class Faults {
  private static final int MAX = 1000;

  private final String file;
  private final List<Fault> faults = new ArrayList<>();
  private final List<Warning> warnings = new ArrayList<>();

  Faults(String file) {
    this.file = file;
  }

  void add(Place at, Spot spot, String value, String rule) {
    if (faults.size() < MAX) {
      faults.add(
          new Fault(
              file,
              at.line(),
              at.column(),
              spot.dotted(),
              spot.pointer(),
              Tree.brief(value),
              rule));
    }
  }

  void add(Slot slot, String rule) {
    add(slot.place(), slot.spot(), slot.text(), rule);
  }

  void warn(Slot slot, String reason) {
    warnings.add(
        new Warning(
            file,
            slot.place().line(),
            slot.place().column(),
            slot.spot().dotted(),
            Tree.brief(slot.text()),
            reason));
  }

  /** True if a fault hides the list, one of its items, or the name of an item. */
  boolean hides(Spot list, String name) {
    String prefix = list.dotted();
    return faults.stream()
        .map(Fault::key)
        .filter(key -> key.startsWith(prefix))
        .map(key -> key.substring(prefix.length()))
        .anyMatch(rest -> rest.matches("(\\[\\d+\\](\\." + name + ")?)?"));
  }

  /** True if no more faults are kept: there is no use in looking for them. */
  boolean full() {
    return faults.size() >= MAX;
  }

  boolean none() {
    return faults.isEmpty();
  }

  /** All faults, in the order of the text. */
  List<Fault> all() {
    return faults.stream()
        .sorted(Comparator.comparingInt(Fault::line).thenComparingInt(Fault::column))
        .toList();
  }

  /** All warnings, in the order of the text. */
  List<Warning> warnings() {
    return warnings.stream()
        .sorted(Comparator.comparingInt(Warning::line).thenComparingInt(Warning::column))
        .toList();
  }
}
