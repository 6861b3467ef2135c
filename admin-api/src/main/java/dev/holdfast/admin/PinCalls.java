package dev.holdfast.admin;

import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Set;

/** How operators pin sources. */
public final class PinCalls implements Calls {
  private static final String PINS = "/v1/pools/:pool/pins";
  private static final String PIN = PINS + "/:source";

  private final Pins pins;

  /** Calls over these pins. */
  public PinCalls(Pins pins) {
    this.pins = pins;
  }

  @Override
  public void add(Routes routes) {
    routes.get(
        PINS, Set.of(), call -> pins.pins(Requests.pool(call)).map(all -> Map.of("pins", all)));
    routes.change(
        HttpMethod.PUT,
        PIN,
        this::pin,
        (call, put) -> Replies.json(call.response(), put.created() ? 201 : 200, put.pin()));
    routes.change(
        HttpMethod.DELETE, PIN, this::unpin, (call, nothing) -> Replies.empty(call.response()));
  }

  private Future<Pins.Put> pin(RoutingContext call) {
    String server = Requests.object(call).path("server").textValue();
    return pins.pin(
        Requests.pool(call),
        source(call),
        Requests.read(server, "/server", ServerName::new),
        Requests.who(call));
  }

  private Future<Void> unpin(RoutingContext call) {
    return pins.unpin(Requests.pool(call), source(call), Requests.who(call));
  }

  private static Source source(RoutingContext call) {
    return Requests.path(call, "source", Source::parse);
  }
}
