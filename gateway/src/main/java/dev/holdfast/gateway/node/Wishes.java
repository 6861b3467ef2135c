package dev.holdfast.gateway.node;

import dev.holdfast.config.PoolConfig;
import dev.holdfast.directory.Intent;
import dev.holdfast.epoch.Wish;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.ServerName;
import java.util.HashMap;
import java.util.Map;

/** What the table of a pool should be made for before there is a view of the cluster. */
final class Wishes {
  private Wishes() {}

  /** Before anybody measured: every server is UP. */
  static Wish unmeasured(Intent intent, PoolConfig pool) {
    Map<ServerName, Wish.Target> targets = new HashMap<>();
    pool.servers()
        .forEach(
            server -> {
              AdminState state = intent.state(pool.name(), server.name());
              boolean keeps = intent.keeping(pool.name()).contains(server.name());
              targets.put(
                  server.name(),
                  new Wish.Target(
                      server.weight(),
                      state == AdminState.READY,
                      state == AdminState.READY || keeps));
            });
    return new Wish(targets, intent.pinsInForce(pool));
  }
}
