package dev.holdfast.gateway.path;

import dev.holdfast.config.Host;
import dev.holdfast.config.NodeSettings;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.directory.Trial;
import dev.holdfast.words.Source;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * What a configuration asks of a node beside addresses to listen on: its source addresses towards
 * pools, and the files that it must be able to read.
 */
final class Requirements {
  private Requirements() {}

  /** What this node lacks; empty if nothing. Blocks on the disk. */
  static List<Trial.Objection> lacking(NodeSettings node, SharedConfig next) {
    List<Trial.Objection> lacking = new ArrayList<>();
    for (PoolConfig pool : next.pools()) {
      for (String address : node.sourceAddresses().getOrDefault(pool.name(), List.of())) {
        if (!isLocal(address)) {
          String key = "node.source-addresses." + pool.name();
          lacking.add(new Trial.Objection(key, address, "an address of this machine"));
        }
      }
      String file = pool.check().tls().caFile();
      if (file != null && !holdsCertificates(Path.of(file))) {
        String key = "pools[" + pool.name() + "].check.ca-file";
        lacking.add(new Trial.Objection(key, file, "a file of PEM certificates that can be read"));
      }
    }
    return lacking;
  }

  private static boolean isLocal(String address) {
    try {
      String literal = Source.parse(address).toString();
      return Host.has(InetAddress.getByName(literal));
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean holdsCertificates(Path file) {
    try (InputStream bytes = Files.newInputStream(file)) {
      return !CertificateFactory.getInstance("X.509").generateCertificates(bytes).isEmpty();
    } catch (IOException | CertificateException e) {
      return false;
    }
  }
}
