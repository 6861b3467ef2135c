package dev.holdfast.gateway.demo;

import dev.holdfast.words.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * Names and addresses of a demo on 127.0.0.1.
 *
 * @param servers app-1, app-2, ...
 * @param nodes gw-1, gw-2, ...
 */
record Layout(List<Server> servers, List<Node> nodes) {
  private static final String HOST = "127.0.0.1";

  /** Copies the lists. */
  Layout {
    servers = List.copyOf(servers);
    nodes = List.copyOf(nodes);
  }

  /**
   * An echo server.
   *
   * @param name of the server
   * @param address where it listens
   */
  record Server(String name, HostPort address) {}

  /**
   * A node.
   *
   * @param name of the node
   * @param listener where clients connect
   * @param admin address of its admin API
   * @param member address of its store
   */
  record Node(String name, HostPort listener, HostPort admin, HostPort member) {}

  /**
   * A layout on the usual ports (servers from 9001, listeners 7001, admin 8081, members 5701), each
   * moved up past ports that are not free.
   *
   * @param free says whether a port may be used
   */
  static Layout find(int nodes, int servers, IntPredicate free) {
    Set<Integer> taken = new TreeSet<>();
    List<HostPort> apps = ports(9001, servers, free, taken);
    List<HostPort> listeners = ports(7001, nodes, free, taken);
    List<HostPort> admins = ports(8081, nodes, free, taken);
    List<HostPort> members = ports(5701, nodes, free, taken);
    List<Server> allServers = new ArrayList<>();
    for (int i = 0; i < servers; i++) {
      allServers.add(new Server("app-" + (i + 1), apps.get(i)));
    }
    List<Node> allNodes = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      allNodes.add(new Node("gw-" + (i + 1), listeners.get(i), admins.get(i), members.get(i)));
    }
    return new Layout(allServers, allNodes);
  }

  private static List<HostPort> ports(int first, int count, IntPredicate free, Set<Integer> taken) {
    List<HostPort> found = new ArrayList<>();
    for (int port = first; found.size() < count; port++) {
      if (port > 65535) {
        throw new IllegalStateException("no free port from " + first);
      }
      if (!taken.contains(port) && free.test(port)) {
        taken.add(port);
        found.add(new HostPort(HOST, port));
      }
    }
    return found;
  }

  /** The configuration file of a node; relative paths lie in the folder of the file. */
  String yaml(Node node) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        node:
          name: %s
          state-dir: ./state/%s
          member: %s
          admin: { bind: "%s" }
          listeners: { chat: "%s" }
          shutdown: { grace: 1s, deadline: 5s }
        cluster:
          name: demo-%d
          join: [%s]
          expected-nodes: %d
        listeners:
          - name: chat
            bind: "%s"
            pool: chat
            limits: { sessions: 20000 }
        pools:
          - name: chat
            check: { interval: 1s }
            servers:
        """
            .formatted(
                node.name,
                node.name,
                quoted(node.member),
                node.admin,
                node.listener,
                nodes.get(0).member.port(),
                String.join(", ", nodes.stream().map(other -> quoted(other.member)).toList()),
                nodes.size(),
                nodes.get(0).listener));
    for (Server server : servers) {
      text.append(
          "      - { name: %s, host: %s, ports: [%d] }%n"
              .formatted(server.name, server.address.host(), server.address.port()));
    }
    return text.toString();
  }

  private static String quoted(HostPort address) {
    return '"' + address.toString() + '"';
  }
}
