package dev.holdfast.gateway;

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
          "dev.holdfast.gateway.hosts",
          "dev.holdfast.gateway.log",
          "dev.holdfast.gateway.admit",
          "dev.holdfast.gateway.relay",
          "dev.holdfast.gateway.session",
          "dev.holdfast.gateway.health",
          "dev.holdfast.gateway.path",
          "dev.holdfast.gateway.node",
          "dev.holdfast.gateway.demo",
          "dev.holdfast.gateway.cli",
          "dev.holdfast.gateway");

  @Test
  void aRoomImportsOnlyRoomsBelow() {
    TreeSet<String> faults = new TreeSet<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.holdfast.gateway")) {
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
                if (room.startsWith("com.hazelcast")) {
                  faults.add(type.getName() + " imports " + room);
                }
              });
    }
    Assertions.assertThat(faults).isEmpty();
  }
}
