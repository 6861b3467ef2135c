package dev.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DifferenceTest {
  private static SharedConfig config(String text) {
    return ConfigFile.parse(text, "x", Path.of(""), new Host("h", 20_000)).orThrow().shared();
  }

  private static final String BEFORE =
      """
      listeners:
        - { name: chat, bind: 127.0.0.1:7000, pool: chat }
      pools:
        - name: chat
          servers:
            - { name: app-1, host: 127.0.0.1, ports: [9001] }
            - { name: app-2, host: 127.0.0.1, ports: [9002] }
      """;

  private static List<String> lines(String after) {
    return Difference.between(config(BEFORE), config(after)).stream()
        .map(Difference::toString)
        .toList();
  }

  @Test
  void orderAndWrittenDefaultsAreNoDifference() {
    assertThat(
            lines(
                """
                limits: { sessions: none }
                pools:
                  - name: chat
                    timeouts: { idle: 60m }
                    servers:
                      - { name: app-2, host: 127.0.0.1, ports: [9002], weight: 100 }
                      - { name: app-1, host: 127.0.0.1, ports: [9001] }
                listeners:
                  - { name: chat, bind: [127.0.0.1:7000], pool: chat, limits: { queue: 1000 } }
                """))
        .isEmpty();
  }

  @Test
  void namesAreThePlacesInLists() {
    assertThat(
            lines(
                """
                cluster: { expected-nodes: 3, on-partition: strict }
                listeners:
                  - name: chat
                    bind: [127.0.0.1:7000, 127.0.0.2:7000]
                    pool: chat
                    limits: { sessions-per-source: 5 }
                pools:
                  - name: chat
                    timeouts: { idle: none, half-closed: 5s }
                    servers:
                      - { name: app-1, host: 127.0.0.1, ports: [9001], limits: { sessions: 7 } }
                      - { name: app-3, host: 127.0.0.1, ports: [9003] }
                """))
        .containsExactly(
            "cluster.expected-nodes: 1 -> 3",
            "cluster.on-partition: available -> strict",
            "listeners[chat].bind: [127.0.0.1:7000] -> [127.0.0.1:7000, 127.0.0.2:7000]",
            "listeners[chat].limits.sessions-per-source: none -> 5",
            "pools[chat].timeouts.idle: 1h -> none",
            "pools[chat].timeouts.half-closed: 30s -> 5s",
            "pools[chat].servers[app-1].limits.sessions: none -> 7",
            "pools[chat].servers[app-2]: removed",
            "pools[chat].servers[app-3]: added");
  }
}
