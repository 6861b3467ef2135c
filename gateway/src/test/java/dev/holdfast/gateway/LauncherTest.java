package dev.holdfast.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher script in a distribution of its own, with a Java that says how it was called. */
class LauncherTest {
  private static final String LAUNCHER = "holdfast";

  @TempDir private Path dir;
  private Path home;
  private Path java;
  private final Map<String, String> environment = new HashMap<>();

  /** What a run came to. */
  private record Ran(int exit, List<String> out, List<String> err) {}

  @BeforeEach
  void distribution() throws IOException {
    home = Files.createDirectories(dir.resolve("a folder/holdfast"));
    Files.createDirectory(home.resolve("lib"));
    Files.createFile(home.resolve("lib/holdfast.jar"));
    script(home.resolve(LAUNCHER), Files.readString(Path.of("..", LAUNCHER)));
    java = Files.createDirectories(dir.resolve("java home/bin")).getParent();
    script(java.resolve("bin/java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\nexit 7\n");
    version("17.0.15");
    environment.put("JAVA_HOME", java.toString());
  }

  private void version(String version) throws IOException {
    Files.writeString(java.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Ran run(Path launcher, String... arguments) throws Exception {
    Path out = dir.resolve("out");
    Path err = dir.resolve("err");
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(dir.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.matches("JAVA_HOME|HOLDFAST_.*"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return new Ran(process.exitValue(), Files.readAllLines(out), Files.readAllLines(err));
  }

  @Test
  void becomesJavaWithTheArguments() throws Exception {
    Ran ran = run(home.resolve(LAUNCHER), "status", "--api", "a b");
    assertThat(ran.exit).isEqualTo(7);
    assertThat(ran.err).isEmpty();
    assertThat(ran.out)
        .endsWith("-jar", home.toRealPath() + "/lib/holdfast.jar", "status", "--api", "a b")
        .contains("-XX:TieredStopAtLevel=1", "-Dhazelcast.phone.home.enabled=false")
        .noneMatch(flag -> flag.startsWith("--add-")) // which the manifest says
        .anyMatch(flag -> flag.matches(".*common.parallelism=([2-9]|\\d\\d+)"));
  }

  @Test
  void theLoadTestIsAProgramOfItsOwn() throws Exception {
    assertThat(run(home.resolve(LAUNCHER), "loadtest", "hold").err)
        .containsExactly("holdfast: lib/holdfast-loadtest.jar is missing in " + home.toRealPath());
    Files.createFile(home.resolve("lib/holdfast-loadtest.jar"));
    Ran ran = run(home.resolve(LAUNCHER), "loadtest", "hold", "--target", "a b");
    assertThat(ran.out)
        .endsWith(
            "-jar", home.toRealPath() + "/lib/holdfast-loadtest.jar", "hold", "--target", "a b")
        .noneMatch(flag -> flag.contains("hazelcast"));
  }

  @Test
  void worksThroughSymbolicLinks() throws Exception {
    Path one = Files.createSymbolicLink(dir.resolve("one"), home.resolve(LAUNCHER));
    Path two = Files.createDirectory(dir.resolve("bin")).resolve("two");
    Files.createSymbolicLink(two, Path.of("../one"));
    String jar = home.toRealPath() + "/lib/holdfast.jar";
    assertThat(run(one, "status").out).contains(jar);
    assertThat(run(two, "status").out).contains(jar);
  }

  @Test
  void givesEachJavaTheFlagsThatItKnows() throws Exception {
    List<String> newer =
        List.of("--sun-misc-unsafe-memory-access=allow", "-XX:+UseCompactObjectHeaders");
    assertThat(run(home.resolve(LAUNCHER), "run").out)
        .doesNotContainAnyElementsOf(newer)
        .doesNotContain("-XX:TieredStopAtLevel=1");
    version("24");
    assertThat(run(home.resolve(LAUNCHER), "run").out)
        .contains(newer.get(0))
        .doesNotContain(newer.get(1));
    version("25.0.3");
    assertThat(run(home.resolve(LAUNCHER), "run").out).containsAll(newer);
  }

  @Test
  void takesMoreOptionsFromTheEnvironment() throws Exception {
    environment.put("HOLDFAST_JAVA_OPTS", "-Xmx1g -Dx=y");
    assertThat(run(home.resolve(LAUNCHER), "run").out)
        .containsSubsequence("-Xmx1g", "-Dx=y", "-jar");
  }

  @Test
  void usesTheArchiveOfThisVeryJavaAndJar() throws Exception {
    assertThat(run(home.resolve(LAUNCHER), "run").out).noneMatch(flag -> flag.contains("Archive"));
    script(
        java.resolve("bin/java"),
        """
        #!/bin/sh
        printf '%s\\n' "$@"
        for each in "$@"; do
          case $each in
            -XX:ArchiveClassesAtExit=* | -XX:AOTCacheOutput=*) echo classes >"${each#*=}"; exit 0 ;;
          esac
        done
        exit 7
        """);
    Ran made = run(home.resolve(LAUNCHER), "archive");
    assertThat(made.exit).isZero();
    assertThat(made.err).hasSize(1);
    String archive = made.err.get(0).replaceFirst("holdfast: made ", "");
    Path lib = home.toRealPath().resolve("lib");
    assertThat(Path.of(archive)).hasParent(lib).isRegularFile();
    assertThat(run(home.resolve(LAUNCHER), "run").out)
        .contains("-XX:SharedArchiveFile=" + archive, "-Xlog:cds*=off");
    version("25.0.3");
    assertThat(run(home.resolve(LAUNCHER), "run").out).noneMatch(flag -> flag.contains("AOTCache"));
    assertThat(run(home.resolve(LAUNCHER), "archive").exit).isZero();
    assertThat(run(home.resolve(LAUNCHER), "run").out)
        .anyMatch(flag -> flag.startsWith("-XX:AOTCache=" + lib));
    assertThat(run(home.resolve(LAUNCHER), "status").out)
        .anyMatch(flag -> flag.startsWith("-XX:AOTCache=" + lib))
        .noneMatch(flag -> flag.startsWith("-Xshare")); // Java 25 refuses both together
    version("17.0.15");
    Files.setLastModifiedTime(
        home.resolve("lib/holdfast.jar"), FileTime.from(Instant.now().plusSeconds(60)));
    assertThat(run(home.resolve(LAUNCHER), "run").out).noneMatch(flag -> flag.contains("Archive"));
  }

  @Test
  void saysWhyNoArchiveWasMade() throws Exception {
    Ran ran = run(home.resolve(LAUNCHER), "archive");
    assertThat(ran.exit).isEqualTo(2);
    assertThat(ran.err).hasSize(1);
    assertThat(ran.err.get(0)).startsWith("holdfast: no archive was made");
    assertThat(home.resolve("lib").toFile().list()).containsExactly("holdfast.jar");
  }

  @ParameterizedTest
  @CsvSource({"11.0.2, is Java 11", "1.8.0_392, is Java 8"})
  void refusesAnOldJava(String version, String said) throws Exception {
    version(version);
    Ran ran = run(home.resolve(LAUNCHER), "status");
    assertThat(ran.exit).isEqualTo(2);
    assertThat(ran.err).hasSize(1);
    assertThat(ran.err.get(0)).contains(said).contains("(expected: 17 or newer)");
  }

  @Test
  void saysThatThereIsNoJava() throws Exception {
    environment.put("JAVA_HOME", dir.resolve("none").toString());
    Ran ran = run(home.resolve(LAUNCHER), "status");
    assertThat(ran.exit).isEqualTo(2);
    assertThat(ran.err).hasSize(1);
    assertThat(ran.err.get(0)).startsWith("holdfast: JAVA_HOME: ");
  }

  @Test
  void buildsOnceWhenNothingIsBuilt() throws Exception {
    Files.delete(home.resolve("lib/holdfast.jar"));
    assertThat(run(home.resolve(LAUNCHER), "status").err.get(0)).contains("lib/holdfast.jar");
    Files.createFile(home.resolve("pom.xml"));
    Path tools = Files.createDirectory(dir.resolve("tools"));
    script(
        tools.resolve("mvn"),
        "#!/bin/sh\n"
            + "echo built here: $(pwd) $JAVA_HOME $MAVEN_OPTS\n"
            + ": > gateway/target/holdfast.jar\n");
    environment.put("PATH", tools + ":" + System.getenv("PATH"));
    assertThat(run(home.resolve(LAUNCHER), "status").err)
        .containsExactly(
            "holdfast: nothing is built and %s has no javac (expected: a JDK)"
                .formatted(java.toRealPath()));
    script(java.resolve("bin/javac"), "#!/bin/sh\n");
    Ran first = run(home.resolve(LAUNCHER), "status");
    assertThat(first.exit).isEqualTo(7);
    assertThat(first.err)
        .containsExactly(
            "holdfast: building once, this takes a minute",
            "built here: %s %s -Djansi.noreset=true"
                .formatted(home.toRealPath(), java.toRealPath()));
    assertThat(first.out).contains(home.toRealPath() + "/gateway/target/holdfast.jar");
    assertThat(run(home.resolve(LAUNCHER), "status").err).isEmpty();
    script(tools.resolve("mvn"), "#!/bin/sh\nexit 1\n");
    Files.delete(home.resolve("gateway/target/holdfast.jar"));
    Ran failed = run(home.resolve(LAUNCHER), "status");
    assertThat(failed.exit).isEqualTo(2);
    assertThat(failed.err).contains("holdfast: the build failed (try: mvn package)");
  }
}
