package dev.holdfast.loadtest.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** HAProxy: one thread, {@code balance source} on a consistent hash, tcplog to its output. */
public final class Haproxy implements Peer {
  @Override
  public String name() {
    return "haproxy";
  }

  @Override
  public Optional<String> version() {
    return Tool.version("haproxy", "-v", "version ([\\d.]+)");
  }

  @Override
  public String packages() {
    return "haproxy";
  }

  @Override
  public Running start(Setup setup) throws IOException, InterruptedException {
    Path file = setup.folder().resolve("haproxy.cfg");
    Files.writeString(file, config(setup));
    String program = Tool.find("haproxy").orElseThrow().toString();
    return Running.start(setup, name(), List.of(program, "-db", "-f", file.toString()));
  }

  /** Its configuration. */
  static String config(Setup setup) {
    StringBuilder text = new StringBuilder();
    text.append("global\n  nbthread 1\n  maxconn ").append(setup.sessions()).append('\n');
    if (setup.log()) {
      text.append("  log stdout format raw daemon\n");
    }
    text.append("defaults\n  mode tcp\n");
    if (setup.log()) {
      text.append("  log global\n  option tcplog\n");
    }
    text.append("  timeout connect 5s\n  timeout client 1h\n  timeout server 1h\n");
    for (Front front : setup.fronts()) {
      text.append("frontend in-%s\n".formatted(front.name()));
      text.append("  bind 127.0.0.1:%d\n".formatted(front.port()));
      text.append("  maxconn %d\n".formatted(setup.sessions()));
      text.append("  default_backend %s\n".formatted(front.name()));
      text.append("backend %s\n  balance source\n  hash-type consistent\n".formatted(front.name()));
      for (int i = 0; i < front.servers().size(); i++) {
        text.append(
            "  server %s-%d 127.0.0.1:%d maxconn %d check inter 2s\n"
                .formatted(front.name(), i + 1, front.servers().get(i), setup.sessions()));
      }
    }
    return text.toString();
  }
}
