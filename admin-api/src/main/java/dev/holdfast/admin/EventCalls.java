package dev.holdfast.admin;

import dev.holdfast.admin.answer.HappeningAnswer;
import dev.holdfast.admin.problem.Problem;
import dev.holdfast.chronicle.Happening;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Live events (server-sent events): {@code view}, one snapshot of the cluster each second, and
 * {@code happened}, with an id that is good on every node. A view is made once a second however
 * many read it, and not at all when nobody does.
 */
public final class EventCalls implements Calls {
  private static final long PERIOD_MS = 1000;
  private static final int PAGE = 50;
  private static final Buffer BEAT = Buffer.buffer(": beat\n\n");

  private final Events events;
  private final Map<String, Supplier<? extends Future<?>>> parts = new LinkedHashMap<>();
  private final Subscribers subscribers = new Subscribers();
  private volatile @Nullable Context context;
  private @Nullable Buffer view;
  private long timer;
  private boolean running;
  private boolean making;

  /**
   * Events of a cluster.
   *
   * @param more parts of a view beside the cluster, its nodes, listeners and pools, by their name
   */
  public EventCalls(
      Events events, Cluster cluster, Map<String, Supplier<? extends Future<?>>> more) {
    this.events = events;
    parts.put("cluster", cluster::cluster);
    parts.put("nodes", cluster::nodes);
    parts.put("listeners", cluster::listeners);
    parts.put("pools", cluster::pools);
    parts.putAll(more);
  }

  @Override
  public void add(Routes routes) {
    routes.own("/v1/events", this::stream);
    routes.get("/v1/history", Set.of("after", "limit"), this::history);
    events.onNews(this::news);
  }

  /** Whoever reads asks again, with the token of now. */
  @Override
  public void reloaded() {
    Context mine = context;
    if (mine != null) {
      mine.runOnContext(now -> subscribers.cutAll());
    }
  }

  private Future<?> history(RoutingContext call) {
    Long after = Requests.optional(call, "after", Long::valueOf);
    Integer limit = Requests.optional(call, "limit", Integer::valueOf);
    List<Happening> all = events.after(after == null ? 0 : after);
    int most = limit == null ? PAGE : limit;
    // the first of those after an id, the last of all
    List<Happening> some =
        after == null
            ? all.subList(Math.max(0, all.size() - most), all.size())
            : all.subList(0, Math.min(most, all.size()));
    return Future.succeededFuture(
        Map.of("happened", some.stream().map(HappeningAnswer::of).toList()));
  }

  private void stream(RoutingContext call) {
    if (subscribers.isFull()) {
      Replies.problem(
          call.response(),
          Problem.plain(
              "busy", 503, "too many read events (expected: at most " + Subscribers.MOST + ")"));
      return;
    }
    String from = call.request().getHeader("Last-Event-ID");
    if (from != null && !from.matches("\\d{1,18}")) {
      Replies.problem(
          call.response(),
          Problem.invalid("the request breaks rules", "Last-Event-ID", "a number"));
      return;
    }
    HttpServerResponse response = Replies.stream(call.response(), "text/event-stream");
    if (call.request().method() == HttpMethod.HEAD) {
      response.end();
      return;
    }
    response.write("retry: 2000\n\n");
    long told = 0;
    if (from != null) {
      for (Happening one : events.after(Long.parseLong(from))) {
        response.write(happened(one));
        told = one.id();
      }
    }
    if (running && view != null) {
      response.write(view);
    }
    subscribers.add(response, told);
    begin(call.vertx());
  }

  private void begin(Vertx vertx) {
    if (!running) {
      running = true;
      context = vertx.getOrCreateContext();
      timer = vertx.setPeriodic(0, PERIOD_MS, tick -> look(vertx));
    }
  }

  private void look(Vertx vertx) {
    if (subscribers.isEmpty()) {
      vertx.cancelTimer(timer);
      running = false;
    } else if (making) {
      subscribers.write(BEAT);
    } else {
      making = true;
      made()
          .timeout(PERIOD_MS * 5, TimeUnit.MILLISECONDS)
          .onComplete(
              made -> {
                making = false;
                view = made.succeeded() ? made.result() : BEAT;
                subscribers.write(view);
              });
    }
  }

  private Future<Buffer> made() {
    Map<String, Future<?>> asked = new LinkedHashMap<>();
    parts.forEach((name, part) -> asked.put(name, part.get()));
    return Future.all(List.copyOf(asked.values()))
        .map(
            all -> {
              Map<String, Object> view = new LinkedHashMap<>();
              view.put("at", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
              asked.forEach((name, part) -> view.put(name, part.result()));
              return event("view", null, view);
            });
  }

  /** On a thread of the node. */
  private void news(List<Happening> news) {
    Context mine = context;
    if (mine != null) {
      mine.runOnContext(now -> news.forEach(one -> subscribers.tell(one.id(), happened(one))));
    }
  }

  private static Buffer happened(Happening one) {
    return event("happened", one.id() == 0 ? null : one.id(), HappeningAnswer.of(one));
  }

  private static Buffer event(String name, @Nullable Long id, Object data) {
    Buffer event = Buffer.buffer("event: ").appendString(name).appendString("\n");
    if (id != null) {
      event.appendString("id: " + id + "\n");
    }
    return event.appendString("data: ").appendBuffer(Replies.bytes(data)).appendString("\n\n");
  }
}
