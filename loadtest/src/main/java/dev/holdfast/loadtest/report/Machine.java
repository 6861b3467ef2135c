package dev.holdfast.loadtest.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Where a run was made, for whoever reads its figures later. */
public final class Machine {
  private Machine() {}

  /** Kernel, processors, memory, Java. */
  public static Map<String, Object> describe() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("kernel", line("/proc/sys/kernel/osrelease", "").orElse("unknown"));
    all.put("processor", line("/proc/cpuinfo", "model name").orElse("unknown"));
    all.put("processors", processors());
    all.put("memory", line("/proc/meminfo", "MemTotal").orElse("unknown"));
    all.put("java", Runtime.version().toString());
    return all;
  }

  /** The same on one line. */
  public static String line() {
    Map<String, Object> all = describe();
    return "Linux %s, %s x %s, Java %s"
        .formatted(all.get("kernel"), all.get("processors"), all.get("processor"), all.get("java"));
  }

  /** Of the machine, also when this process may use fewer. */
  private static long processors() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines.filter(line -> line.startsWith("processor")).count();
    } catch (IOException e) {
      return Runtime.getRuntime().availableProcessors();
    }
  }

  private static Optional<String> line(String file, String start) {
    try (var lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(start))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
