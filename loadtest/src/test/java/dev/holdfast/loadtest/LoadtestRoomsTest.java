package dev.holdfast.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The map of the module: a room imports only rooms that stand before it in the list, and no class
 * of the other modules.
 */
class LoadtestRoomsTest {
  private static final String ROOT = "dev.holdfast.loadtest";
  private static final List<String> ROOMS =
      List.of(
          ROOT + ".words",
          ROOT + ".io",
          ROOT + ".measure",
          ROOT + ".drive",
          ROOT + ".crew",
          ROOT + ".serve",
          ROOT + ".run",
          ROOT + ".report",
          ROOT + ".peers",
          ROOT + ".compare",
          ROOT + ".scale",
          ROOT + ".cli",
          ROOT);

  @Test
  void aRoomImportsOnlyRoomsBelow() {
    TreeSet<String> faults = new TreeSet<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.holdfast")) {
      int floor = ROOMS.indexOf(type.getPackageName());
      assertThat(floor).as(type.getName()).isNotNegative();
      type.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getPackageName())
          .filter(
              room ->
                  room.startsWith("dev.holdfast") && !ROOMS.subList(0, floor + 1).contains(room))
          .forEach(room -> faults.add(type.getName() + " imports " + room));
    }
    assertThat(faults).isEmpty();
  }
}
