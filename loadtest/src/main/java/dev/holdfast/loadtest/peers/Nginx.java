package dev.holdfast.loadtest.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** nginx's stream module: one worker, a consistent hash of the address, a log line a session. */
public final class Nginx implements Peer {
  private static final Path MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

  @Override
  public String name() {
    return "nginx";
  }

  @Override
  public Optional<String> version() {
    return Files.exists(MODULE) ? Tool.version("nginx", "-v", "nginx/([\\d.]+)") : Optional.empty();
  }

  @Override
  public String packages() {
    return "nginx libnginx-mod-stream";
  }

  @Override
  public Running start(Setup setup) throws IOException, InterruptedException {
    Path file = setup.folder().resolve("nginx.conf");
    Files.writeString(file, config(setup));
    String program = Tool.find("nginx").orElseThrow().toString();
    return Running.start(
        setup,
        name(),
        List.of(program, "-p", setup.folder().toString(), "-c", file.toString(), "-e", "stderr"));
  }

  /** Its configuration. */
  static String config(Setup setup) {
    StringBuilder text = new StringBuilder();
    text.append("load_module ").append(MODULE).append(";\n");
    if ("root".equals(System.getProperty("user.name"))) {
      text.append("user root;\n"); // the worker writes into our folder
    }
    text.append("daemon off;\nworker_processes 1;\npid nginx.pid;\nerror_log stderr warn;\n");
    // two connections a session, and its own
    text.append("events { worker_connections %d; }\n".formatted(setup.sessions() * 2 + 100));
    text.append("stream {\n");
    text.append(
        "  log_format tcp '$remote_addr:$remote_port [$time_local] $server_port $upstream_addr"
            + " $upstream_connect_time/$session_time $bytes_received/$bytes_sent $status';\n");
    text.append(setup.log() ? "  access_log nginx.log tcp;\n" : "  access_log off;\n");
    text.append("  limit_conn_zone $server_port zone=all:1m;\n");
    // as the others do without being told
    text.append("  proxy_half_close on;\n");
    text.append("  proxy_timeout 1h;\n  proxy_connect_timeout 5s;\n");
    for (Front front : setup.fronts()) {
      text.append("  upstream %s {\n".formatted(front.name()));
      text.append("    zone %s 64k;\n    hash $remote_addr consistent;\n".formatted(front.name()));
      for (int port : front.servers()) {
        text.append("    server 127.0.0.1:%d max_conns=%d;\n".formatted(port, setup.sessions()));
      }
      text.append("  }\n  server {\n");
      text.append("    listen 127.0.0.1:%d backlog=4096;\n".formatted(front.port()));
      text.append("    limit_conn all %d;\n".formatted(setup.sessions()));
      text.append("    proxy_pass %s;\n  }\n".formatted(front.name()));
    }
    return text.append("}\n").toString();
  }
}
