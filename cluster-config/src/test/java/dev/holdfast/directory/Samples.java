package dev.holdfast.directory;

import dev.holdfast.config.ConfigFile;
import dev.holdfast.config.Host;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.members.Contact;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Values that the tests of this room share. */
public final class Samples {
  public static final PoolName CHAT = new PoolName("chat");
  public static final ServerName APP_1 = new ServerName("app-1");
  public static final ServerName APP_2 = new ServerName("app-2");
  public static final ServerName APP_3 = new ServerName("app-3");

  private Samples() {}

  /** Three nodes expected, a listener limit of 300, three servers; a lease of 10 s. */
  public static SharedConfig config(int weight) {
    String text =
        """
        cluster: { expected-nodes: 3 }
        listeners:
          - { name: chat, bind: 0.0.0.0:7000, pool: chat, limits: { sessions: 300 } }
        pools:
          - name: chat
            servers:
              - { name: app-1, host: 127.0.0.1, ports: [9001], weight: %d }
              - { name: app-2, host: 127.0.0.1, ports: [9002] }
              - { name: app-3, host: 127.0.0.1, ports: [9003] }
        """;
    return ConfigFile.parse(text.formatted(weight), "x", Path.of(""), new Host("h", 20_000))
        .orThrow()
        .shared();
  }

  public static Intent intent(String lineage, long revision, SharedConfig config) {
    return Intent.first(lineage, config, new Made("ann", 1, List.of())).at(revision);
  }

  public static PoolConfig pool() {
    return config(100).pool(CHAT).orElseThrow();
  }

  public static ServerConfig server(String name, int port) {
    return new ServerConfig(new ServerName(name), "127.0.0.1", List.of(port), 100, null);
  }

  public static NodeId id(String name, long incarnation) {
    return new NodeId(new NodeName(name), incarnation);
  }

  /** Everybody named is on the roster and heard. */
  public static Contact contact(NodeId self, boolean majority, NodeId... heard) {
    Map<NodeName, Long> roster = new HashMap<>();
    for (NodeId id : heard) {
      roster.put(id.name(), id.incarnation());
    }
    return new Contact(
        self, roster, new HashSet<>(List.of(heard)), Map.of(), true, majority, 60_000);
  }
}
