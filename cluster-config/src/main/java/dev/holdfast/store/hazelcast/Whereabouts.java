package dev.holdfast.store.hazelcast;

import dev.holdfast.config.ClusterSettings;
import dev.holdfast.config.Host;
import dev.holdfast.words.HostPort;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where this member is and where the others may be, as literal addresses.
 *
 * @param own the address this member binds
 * @param cluster what the configuration says of the others
 */
record Whereabouts(InetSocketAddress own, ClusterSettings cluster) {
  /**
   * Resolves and tries out this member's own address.
   *
   * @throws StartFault if it does not resolve, is not of this machine, or its port is in use
   */
  static Whereabouts of(HostPort member, ClusterSettings cluster) throws StartFault {
    InetAddress address;
    try {
      address = InetAddress.getByName(member.host());
    } catch (UnknownHostException e) {
      throw new StartFault("node.member", member, "a host name that can be resolved", e);
    }
    if (address.isAnyLocalAddress()) {
      throw new StartFault("node.member", member, "one address of this machine");
    }
    if (member.port() == 0) {
      throw new StartFault("node.member", member, "a port from 1 to 65535");
    }
    InetSocketAddress own = new InetSocketAddress(address, member.port());
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(own);
    } catch (BindException e) {
      throw Host.has(address)
          ? new StartFault("node.member", member, "a port that is not in use", e)
          : new StartFault("node.member", member, "an address of this machine", e);
    } catch (IOException e) {
      throw new StartFault("node.member", member, "an address that can be bound", e);
    }
    return new Whereabouts(own, cluster);
  }

  /**
   * Resolves the addresses to join; asks the resolver each time.
   *
   * @throws StartFault if a name cannot be resolved
   */
  List<InetSocketAddress> others() throws StartFault {
    List<InetSocketAddress> all = new ArrayList<>();
    for (HostPort member : cluster.members()) {
      all.addAll(resolve(member, "cluster.join"));
    }
    if (cluster.dns() != null) {
      all.addAll(resolve(cluster.dns(), "cluster.join.dns"));
    }
    return all;
  }

  private static List<InetSocketAddress> resolve(HostPort member, String key) throws StartFault {
    try {
      List<InetSocketAddress> all = new ArrayList<>();
      for (InetAddress address : InetAddress.getAllByName(member.host())) {
        all.add(new InetSocketAddress(address, member.port()));
      }
      return all;
    } catch (UnknownHostException e) {
      throw new StartFault(key, member, "a host name that can be resolved", e);
    }
  }

  /** An address as Hazelcast reads it. */
  static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return host.indexOf(':') >= 0
        ? "[" + host + "]:" + address.getPort()
        : host + ":" + address.getPort();
  }
}
