package dev.holdfast.gateway.node;

import dev.holdfast.admin.access.Tokens;
import dev.holdfast.config.Host;
import dev.holdfast.config.NodeSettings;
import dev.holdfast.gateway.log.AccessLog;
import dev.holdfast.gateway.path.Binding;
import dev.holdfast.words.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What can be known to hinder a start before the node says a word to the others: addresses that are
 * taken or not of this machine, a tokens file that cannot be used, an access log that cannot be
 * written. Listeners are not looked at: which there are, only the cluster knows.
 *
 * <p>Whoever takes an address between this look and its use is found out then.
 */
final class Threshold {
  private final NodeSettings settings;
  private final List<String> faults = new ArrayList<>();
  private final Set<String> foreign = new HashSet<>(); // told once, though several keys name it

  private Threshold(NodeSettings settings) {
    this.settings = settings;
  }

  /** All that hinders, one line each; empty if nothing is known to. Blocks. */
  static List<String> faults(NodeSettings settings) {
    Threshold threshold = new Threshold(settings);
    threshold.look();
    return List.copyOf(threshold.faults);
  }

  private void look() {
    address("node.member", settings.member());
    address("node.watch", settings.watch());
    address("node.event-bus", settings.eventBus());
    address("node.admin.bind", settings.admin().bind());
    address("node.probe", settings.probe());
    tokens(settings.admin().tokensFile());
    try {
      AccessLog.tryOpen(settings.accessLog());
    } catch (IOException e) {
      faults.add(
          "node.access-log.to: "
              + settings.accessLog().to()
              + " (expected: stdout, none or a file that can be written)");
    }
  }

  private void address(String key, @Nullable HostPort address) {
    if (address == null || foreign.contains(address.host())) {
      return;
    }
    String rule;
    try {
      InetAddress host = InetAddress.getByName(address.host());
      InetSocketAddress resolved = new InetSocketAddress(host, address.port());
      rule = Binding.hindrance(resolved);
      if (rule != null && !Host.has(host)) {
        foreign.add(address.host());
      }
    } catch (UnknownHostException e) {
      rule = "a host name that can be resolved";
      foreign.add(address.host());
    }
    if (rule != null) {
      faults.add(key + ": " + address + " (expected: " + rule + ")");
    }
  }

  private void tokens(@Nullable Path file) {
    if (file == null) {
      return;
    }
    try {
      Tokens.read(file);
    } catch (IOException e) {
      faults.add("node.admin.tokens-file: " + file + " (expected: a file that can be read)");
    } catch (IllegalArgumentException e) {
      faults.add("node.admin.tokens-file: " + e.getMessage());
    }
  }
}
