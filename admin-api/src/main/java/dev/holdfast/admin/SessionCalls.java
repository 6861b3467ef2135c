package dev.holdfast.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.admin.answer.ClosingAnswer;
import dev.holdfast.admin.problem.Problem;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lists and ends live sessions. */
public final class SessionCalls implements Calls {
  private static final int PAGE = 100;
  private static final int HEAVIEST = 20;
  private static final Set<String> WHICH = Set.of("node", "listener", "pool", "server", "source");

  private final Sessions sessions;

  /** Calls about these sessions. */
  public SessionCalls(Sessions sessions) {
    this.sessions = sessions;
  }

  @Override
  public void add(Routes routes) {
    routes.get("/v1/sessions", with("limit", "cursor"), this::list);
    routes.get("/v1/sources", Set.of("node", "listener", "pool", "server", "limit"), this::sources);
    routes.change(
        HttpMethod.DELETE,
        "/v1/sessions/:session",
        call -> sessions.close(call.pathParam("session")),
        (call, nothing) -> Replies.empty(call.response()));
    routes.change(
        HttpMethod.POST,
        "/v1/sessions/close",
        this::close,
        (call, closing) -> Replies.json(call.response(), 202, closing));
  }

  private static Set<String> with(String... more) {
    Set<String> all = new HashSet<>(WHICH);
    all.addAll(Set.of(more));
    return Set.copyOf(all);
  }

  private Future<?> list(RoutingContext call) {
    Integer limit = Requests.optional(call, "limit", Integer::valueOf);
    String cursor = Requests.optional(call, "cursor", Function.identity());
    return sessions.list(which(call), cursor, limit == null ? PAGE : limit);
  }

  private Future<?> sources(RoutingContext call) {
    Integer limit = Requests.optional(call, "limit", Integer::valueOf);
    return sessions.sources(which(call), limit == null ? HEAVIEST : limit);
  }

  private static Sessions.Which which(RoutingContext call) {
    return new Sessions.Which(
        Requests.optional(call, "node", NodeName::new),
        Requests.optional(call, "listener", ListenerName::new),
        Requests.optional(call, "pool", PoolName::new),
        Requests.optional(call, "server", ServerName::new),
        Requests.optional(call, "source", Source::parse));
  }

  private Future<ClosingAnswer> close(RoutingContext call) {
    JsonNode body = Requests.object(call);
    Sessions.Which which =
        new Sessions.Which(
            field(body, "node", NodeName::new),
            field(body, "listener", ListenerName::new),
            field(body, "pool", PoolName::new),
            field(body, "server", ServerName::new),
            field(body, "source", Source::parse));
    if (which.isAll()) {
      throw Problem.invalid(
              "which sessions is not said", "", "at least one of " + new TreeSet<>(WHICH))
          .refused();
    }
    return sessions.close(which, perSecond(body.path("pace").asText("none")));
  }

  private static <T> @Nullable T field(JsonNode body, String name, Function<String, T> reader) {
    String value = body.path(name).textValue();
    return value == null ? null : Requests.read(value, "/" + name, reader);
  }

  /** The contract knows {@code none} and {@code N/s} only. */
  private static @Nullable Integer perSecond(String pace) {
    return pace.equals("none") ? null : Integer.valueOf(pace.substring(0, pace.indexOf('/')));
  }
}
