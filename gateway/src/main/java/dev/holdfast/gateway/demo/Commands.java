package dev.holdfast.gateway.demo;

import dev.holdfast.words.HostPort;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command lines of the children. */
public interface Commands {
  /** The command line of an echo server. */
  List<String> server(String name, HostPort address);

  /** The command line of a node. */
  List<String> node(Path file);

  /** This program again: the same Java, the same flags, the same jar. */
  static Commands ofThisProgram(Class<?> main) {
    return new Commands() {
      @Override
      public List<String> server(String name, HostPort address) {
        List<String> command =
            new ArrayList<>(
                List.of(java(), "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(program(main));
        command.addAll(
            List.of(
                "echo-server",
                "--name",
                name,
                "--listen",
                address.toString(),
                "--end-with-parent"));
        return command;
      }

      @Override
      public List<String> node(Path file) {
        List<String> command = new ArrayList<>(List.of(java(), "-Xmx384m"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> !flag.startsWith("-agent") && !flag.startsWith("-javaagent"))
            .forEach(command::add);
        command.addAll(program(main));
        command.addAll(List.of("run", "-c", file.toString(), "--end-with-parent"));
        return command;
      }
    };
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static List<String> program(Class<?> main) {
    String path = System.getProperty("java.class.path");
    return path.endsWith(".jar") && !path.contains(File.pathSeparator)
        ? List.of("-jar", path)
        : List.of("-cp", path, main.getName());
  }
}
