package dev.holdfast.gateway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.Checked;
import dev.holdfast.config.ConfigFile;
import dev.holdfast.config.Host;
import dev.holdfast.config.Settings;
import dev.holdfast.gateway.ports.LocalPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiagnosisTest {
  private static final long GIB = 1L << 30;
  private static final Machine MACHINE =
      new Machine(
          200_000,
          1 << 20,
          10_000_000,
          LocalPorts.USUAL,
          4096,
          4096,
          600_000,
          null,
          null,
          16 * GIB);

  private static Machine with(long openFiles, Long tracked, long memory) {
    return new Machine(
        openFiles,
        MACHINE.mostOpenFiles(),
        MACHINE.filesOfAll(),
        MACHINE.ports(),
        MACHINE.acceptQueue(),
        MACHINE.synQueue(),
        MACHINE.tcpPages(),
        tracked,
        null,
        memory);
  }

  private static Settings settings(Path folder, String node, String servers) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("gw.yaml"),
            """
            node: { %s }
            listeners: [{ name: chat, bind: "127.0.0.1:7001", pool: chat }]
            pools: [{ name: chat, servers: [%s] }]
            """
                .formatted(node, servers));
    Checked<Settings> checked = ConfigFile.read(file, new Host("gw", 200_000));
    return ((Checked.Good<Settings>) checked).value();
  }

  private static Diagnosis.Limit limit(Diagnosis diagnosis, String name) {
    return diagnosis.limits().stream().filter(each -> each.name().equals(name)).findAny().get();
  }

  @Test
  void withoutAConfigurationOneTupleBindsFirst() {
    Diagnosis diagnosis = Diagnosis.of(MACHINE, null, List.of());
    assertThat(diagnosis.sessions()).isEqualTo(28_232);
    assertThat(diagnosis.binding().name()).isEqualTo("local-ports");
    assertThat(diagnosis.warnings()).isEmpty();
    assertThat(limit(diagnosis, "open-files").sessions()).isEqualTo(99_744);
  }

  @Test
  void whatIsUnlimitedIsNoLimit() {
    Diagnosis diagnosis =
        Diagnosis.of(with(Long.MAX_VALUE, Long.MAX_VALUE, 16 * GIB), null, List.of());
    assertThat(diagnosis.limits())
        .extracting(Diagnosis.Limit::name)
        .doesNotContain("open-files", "tracked-connections")
        .contains("open-files-of-all", "memory", "local-ports");
  }

  @Test
  void twoFilesForEachSession() {
    Diagnosis diagnosis = Diagnosis.of(with(20_000, null, 16 * GIB), null, List.of());
    assertThat(diagnosis.sessions()).isEqualTo(9744);
    assertThat(diagnosis.binding().remedy()).contains("ulimit -n 1048576");
  }

  @Test
  void twoTrackedConnectionsForEachSession() {
    Diagnosis diagnosis = Diagnosis.of(with(200_000, 20_000L, 16 * GIB), null, List.of());
    assertThat(diagnosis.sessions()).isEqualTo(10_000);
    assertThat(diagnosis.binding().remedy()).contains("nf_conntrack_max");
  }

  @Test
  void memoryOfTheHeapAndOfTheKernel() {
    Diagnosis diagnosis = Diagnosis.of(with(200_000, null, GIB / 2), null, List.of());
    assertThat(diagnosis.binding().name()).isEqualTo("memory");
    assertThat(diagnosis.sessions()).isZero();
    diagnosis = Diagnosis.of(with(200_000, null, GIB), null, List.of());
    assertThat(diagnosis.sessions()).as("the kernel's").isEqualTo(13_107);
  }

  @Test
  void portsOfSeveralAddressesAndPortsAsWeightsSpreadSessions(@TempDir Path folder)
      throws Exception {
    Settings settings =
        settings(
            folder,
            "source-addresses: { chat: [127.0.0.11, 127.0.0.12] }",
            "{ name: app-1, host: 127.0.0.1, ports: [1, 2, 3], weight: 300 },"
                + "{ name: app-2, host: 127.0.0.1, ports: [4], weight: 100 }");
    Diagnosis diagnosis = Diagnosis.of(MACHINE, settings, List.of());
    assertThat(limit(diagnosis, "local-ports").sessions()).isEqualTo(2 * 28_232 * 4);
    assertThat(diagnosis.binding().name()).isEqualTo("open-files");
    assertThat(diagnosis.warnings()).isEmpty();

    Settings uneven =
        settings(
            folder,
            "max-sessions: 50000",
            "{ name: app-1, host: 127.0.0.1, ports: [1], weight: 300 },"
                + "{ name: app-2, host: 127.0.0.1, ports: [4], weight: 100 }");
    diagnosis = Diagnosis.of(MACHINE, uneven, List.of());
    assertThat(diagnosis.sessions()).isEqualTo(28_232 * 4 / 3);
    assertThat(limit(diagnosis, "local-ports").value()).contains("first used up at chat/app-1");
    assertThat(diagnosis.warnings())
        .extracting(Diagnosis.Finding::name)
        .containsExactly("node.max-sessions");
  }

  @Test
  void queuesAndRatesAreWarnings() {
    Machine poor =
        new Machine(
            200_000,
            1 << 20,
            10_000_000,
            new LocalPorts(50_000, 50_599, 0, 0, true),
            128,
            128,
            600_000,
            null,
            "no glibc",
            16 * GIB);
    Diagnosis diagnosis = Diagnosis.of(poor, null, List.of());
    assertThat(diagnosis.warnings())
        .extracting(Diagnosis.Finding::name)
        .containsExactly(
            "native-transport",
            "net.core.somaxconn",
            "net.ipv4.tcp_max_syn_backlog",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.tcp_tw_reuse");
    assertThat(diagnosis.warnings().get(4).expected()).contains("allows 10 new sessions a second");
  }

  @Test
  void theMachineIsReadAndWhatIsMissingIsNoLimit(@TempDir Path folder) throws Exception {
    Machine none = Machine.read(folder.resolve("none"), folder.resolve("none"), null);
    assertThat(none.openFiles()).isEqualTo(Long.MAX_VALUE);
    assertThat(none.tracked()).isNull();
    Diagnosis diagnosis = Diagnosis.of(none, null, List.of());
    assertThat(diagnosis.sessions()).isEqualTo(28_232);
    write(folder, "self/limits", "Max open files            1024    4096    files\n");
    write(folder, "sys/net/ipv4/tcp_mem", "1\t2\t3\n");
    write(folder, "sys/net/netfilter/nf_conntrack_max", "7\n");
    write(folder, "meminfo", "MemTotal:       2048 kB\nMemFree: 1 kB\n");
    write(folder, "groups/memory.max", "1048576\n");
    Machine some = Machine.read(folder, folder.resolve("groups"), null);
    assertThat(some.openFiles()).isEqualTo(1024);
    assertThat(some.tcpPages()).isEqualTo(3);
    assertThat(some.tracked()).isEqualTo(7);
    assertThat(some.memoryBytes()).isEqualTo(1 << 20);
  }

  private static void write(Path folder, String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
