package dev.holdfast;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.TreeSet;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** The map of the module: a room imports only rooms that stand before it in the list. */
class RoomsTest {
  static final List<String> ROOMS =
      List.of(
          "dev.holdfast.words",
          "dev.holdfast.time",
          "dev.holdfast.config",
          "dev.holdfast.table",
          "dev.holdfast.store",
          "dev.holdfast.members",
          "dev.holdfast.ledger",
          "dev.holdfast.epoch",
          "dev.holdfast.directory",
          "dev.holdfast.store.hazelcast");

  @Test
  void aRoomImportsOnlyRoomsBelow() {
    TreeSet<String> faults = new TreeSet<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.holdfast")) {
      int floor = ROOMS.indexOf(type.getPackageName());
      if (floor < 0) {
        faults.add(type.getPackageName() + " is not on the map");
      }
      type.getDirectDependenciesFromSelf()
          .forEach(
              dependency -> {
                String room = dependency.getTargetClass().getPackageName();
                if (ROOMS.indexOf(room) > floor) {
                  faults.add(type.getName() + " imports " + room + ", which is not below it");
                }
                if (room.startsWith("com.hazelcast")
                    && !type.getPackageName().equals("dev.holdfast.store.hazelcast")) {
                  faults.add(type.getName() + " imports " + room);
                }
              });
    }
    Assertions.assertThat(faults).isEmpty();
  }
}
