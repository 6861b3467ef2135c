package dev.holdfast.store.hazelcast;

import dev.holdfast.words.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;

/** A clustered Vert.x on the member of this process. */
public final class ClusteredVertx {
  private ClusteredVertx() {}

  /**
   * Starts Vert.x with its event bus at the given address. Close it before the member.
   *
   * @param member the member of this process
   * @param eventBus where the event bus listens and is reached; port 0: a free one, announced
   * @param options everything else; its event bus address and native transport are set here
   */
  public static Future<Vertx> start(StoreMember member, HostPort eventBus, VertxOptions options) {
    EventBusOptions bus = options.getEventBusOptions();
    bus.setHost(eventBus.host()).setPort(eventBus.port()).setClusterPublicHost(eventBus.host());
    options.setPreferNativeTransport(true).setEventBusOptions(bus);
    return Vertx.builder()
        .with(options)
        .withClusterManager(new BusMembership(member.hazelcast()))
        .buildClustered();
  }
}
