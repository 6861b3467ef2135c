package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The map of the module: a room imports only rooms that stand before it in the list. */
class AdminRoomsTest {
  private static final List<String> ROOMS =
      List.of(
          "dev.holdfast.admin.answer",
          "dev.holdfast.admin.problem",
          "dev.holdfast.admin.metrics",
          "dev.holdfast.admin.access",
          "dev.holdfast.admin");

  @Test
  void aRoomImportsOnlyRoomsBelow() {
    TreeSet<String> faults = new TreeSet<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.holdfast.admin")) {
      int floor = ROOMS.indexOf(type.getPackageName());
      if (floor < 0) {
        faults.add(type.getPackageName() + " is not on the map");
      }
      type.getDirectDependenciesFromSelf()
          .forEach(
              dependency -> {
                String room = dependency.getTargetClass().getPackageName();
                if (ROOMS.indexOf(room) > floor
                    || room.startsWith("com.hazelcast")
                    || room.startsWith("dev.holdfast.gateway")) {
                  faults.add(type.getName() + " imports " + room + ", which is not below it");
                }
              });
    }
    assertThat(faults).isEmpty();
  }
}
