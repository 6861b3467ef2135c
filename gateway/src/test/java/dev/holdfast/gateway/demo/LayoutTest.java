package dev.holdfast.gateway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.ConfigFile;
import dev.holdfast.config.Host;
import dev.holdfast.config.Settings;
import dev.holdfast.words.HostPort;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LayoutTest {
  @Test
  void takesTheUsualPorts() {
    Layout layout = Layout.find(3, 3, port -> true);
    assertThat(layout.servers().get(0))
        .isEqualTo(new Layout.Server("app-1", HostPort.parse("127.0.0.1:9001")));
    assertThat(layout.nodes().get(2))
        .isEqualTo(
            new Layout.Node(
                "gw-3",
                HostPort.parse("127.0.0.1:7003"),
                HostPort.parse("127.0.0.1:8083"),
                HostPort.parse("127.0.0.1:5703")));
  }

  @Test
  void avoidsUsedPorts() {
    Set<Integer> used = Set.of(7001, 7003, 5701);
    Layout layout = Layout.find(3, 1, port -> !used.contains(port));
    List<Integer> listeners = layout.nodes().stream().map(node -> node.listener().port()).toList();
    assertThat(listeners).containsExactly(7002, 7004, 7005);
    assertThat(layout.nodes().get(0).member().port()).isEqualTo(5702);
  }

  @Test
  void writesFilesThatANodeReads() {
    Layout layout = Layout.find(3, 2, port -> true);
    Path folder = Path.of("/tmp/demo");
    Settings settings =
        ConfigFile.parse(layout.yaml(layout.nodes().get(1)), "gw-2", folder, Host.here()).orThrow();
    assertThat(settings.node().name().value()).isEqualTo("gw-2");
    assertThat(settings.node().admin().bind()).isEqualTo(HostPort.parse("127.0.0.1:8082"));
    assertThat(settings.node().stateDir()).isEqualTo(folder.resolve("state/gw-2"));
    assertThat(settings.cluster().members()).hasSize(3);
    assertThat(settings.shared().expectedNodes()).isEqualTo(3);
    assertThat(settings.shared().pools().get(0).servers()).hasSize(2);
    Settings other =
        ConfigFile.parse(layout.yaml(layout.nodes().get(0)), "gw-1", folder, Host.here()).orThrow();
    assertThat(other.shared()).isEqualTo(settings.shared());
  }
}
