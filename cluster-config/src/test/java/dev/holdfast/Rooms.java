package dev.holdfast;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Checks the map of a module: the ordered list of its rooms, the lowest floor first. */
public final class Rooms {
  private static final String STORE = "dev.holdfast.store.hazelcast";

  private Rooms() {}

  /**
   * What breaks the order: classes outside the rooms of the list, imports of rooms further up, and
   * imports of Hazelcast anywhere but in its one room.
   *
   * @param root package below which all rooms lie
   */
  public static Set<String> faults(String root, List<String> rooms) {
    Set<String> faults = new TreeSet<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(root)) {
      int floor = rooms.indexOf(type.getPackageName());
      if (floor < 0) {
        faults.add(type.getPackageName() + " is not on the map");
      }
      type.getDirectDependenciesFromSelf()
          .forEach(
              dependency -> {
                String room = dependency.getTargetClass().getPackageName();
                boolean above = rooms.indexOf(room) > floor;
                boolean foreign =
                    room.startsWith("com.hazelcast") && !type.getPackageName().equals(STORE);
                if (above || foreign) {
                  faults.add(type.getName() + " imports " + room + ", which is not below it");
                }
              });
    }
    return faults;
  }
}
