package dev.holdfast.gateway.health;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.File;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How servers are trusted, by the file of certificates; an empty name trusts everybody. Files are
 * read when a configuration comes and when the node is told to read again, never by a check. A file
 * that cannot be read is named in the log, and checks that need it do not count.
 */
final class Trust {
  /** Trusts everybody. */
  static final String ANYBODY = "";

  private static final Logger LOG = LoggerFactory.getLogger(Trust.class);

  private final Map<String, SslContext> known = new ConcurrentHashMap<>();
  private volatile Set<String> wanted = Set.of();

  /** Reads these files and forgets others. Any thread that may block. */
  void read(Set<String> files) {
    wanted = Set.copyOf(files);
    known.keySet().retainAll(files);
    for (String file : files) {
      try {
        known.put(file, context(file));
      } catch (Exception e) { // whatever is in the file: the last that was good stays
        LOG.warn(
            "A file of certificates cannot be read, checks {} ca-file={} cause={}",
            known.containsKey(file) ? "go on with the last one" : "that need it do not count",
            file,
            e.getMessage());
      }
    }
  }

  /** Reads the same files again. Any thread that may block. */
  void reload() {
    read(Set.copyOf(wanted));
  }

  /** What a file means, null if it could not be read. Any thread. */
  @Nullable SslContext of(String file) {
    return known.get(file);
  }

  private static SslContext context(String file) throws Exception {
    SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
    return file.equals(ANYBODY)
        ? builder
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .endpointIdentificationAlgorithm(null)
            .build()
        : builder.trustManager(new File(file)).endpointIdentificationAlgorithm("HTTPS").build();
  }
}
