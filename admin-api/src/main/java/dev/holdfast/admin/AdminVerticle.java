package dev.holdfast.admin;

import dev.holdfast.admin.access.Access;
import dev.holdfast.admin.access.Rates;
import dev.holdfast.admin.access.Tokens;
import dev.holdfast.admin.contract.Contract;
import dev.holdfast.admin.metrics.Metrics;
import dev.holdfast.admin.problem.Problem;
import dev.holdfast.config.NodeSettings;
import dev.holdfast.words.HostPort;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the admin API of a node, and, where a probe address is given, health and metrics alone on
 * that. Deployed once, on one event loop; starting fails if an address is in use, the tokens file
 * breaks a rule, or the API would be open to other machines without tokens.
 */
public final class AdminVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(AdminVerticle.class);
  private static final int MAX_CONNECTIONS = 512;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final NodeSettings.Admin settings;
  private final @Nullable HostPort probe;
  private final Future<Contract> contract;
  private final List<Calls> calls;
  private final Signals signals;
  private final Supplier<Future<String>> metrics;
  private final Duration timeout;
  private volatile Access access = new Access(null);
  private volatile @Nullable HttpServer api;
  private volatile @Nullable HttpServer probes;

  /**
   * An API that answers within 10 s.
   *
   * @param settings where it listens and who may ask
   * @param probe address for health and metrics alone, or null
   * @param contract what may be asked
   * @param calls what is served beside health and metrics, by concern
   * @param signals what the health routes say
   * @param metrics the text of a scrape
   */
  public AdminVerticle(
      NodeSettings.Admin settings,
      @Nullable HostPort probe,
      Future<Contract> contract,
      List<Calls> calls,
      Signals signals,
      Supplier<Future<String>> metrics) {
    this(settings, probe, contract, calls, signals, metrics, TIMEOUT);
  }

  /** For tests that wait for less. */
  AdminVerticle(
      NodeSettings.Admin settings,
      @Nullable HostPort probe,
      Future<Contract> contract,
      List<Calls> calls,
      Signals signals,
      Supplier<Future<String>> metrics,
      Duration timeout) {
    this.settings = settings;
    this.probe = probe;
    this.contract = contract;
    this.calls = List.copyOf(calls);
    this.signals = signals;
    this.metrics = metrics;
    this.timeout = timeout;
  }

  @Override
  public Future<?> start() {
    return readAccess()
        .compose(
            read -> {
              access = read;
              return contract;
            })
        .compose(
            known -> {
              api = server(options(settings.tls()), router(known));
              return listen(api, settings.bind());
            })
        .compose(
            done -> {
              if (probe == null) {
                return Future.succeededFuture();
              }
              probes = server(options(null), probeRouter());
              return listen(probes, probe);
            });
  }

  /** The port of the API; the one that was found if 0 was asked. Call it after the start. */
  public int port() {
    return api == null ? 0 : api.actualPort();
  }

  /** The port of the probe server, or 0. */
  public int probePort() {
    return probes == null ? 0 : probes.actualPort();
  }

  /**
   * Reads tokens and certificate again. Fails, and leaves everything as it was, if one of them
   * breaks a rule. Any thread; requests and connections that exist are not touched.
   */
  public Future<Void> reload() {
    return readAccess()
        .compose(
            read -> {
              HttpServer server = api;
              NodeSettings.Tls tls = settings.tls();
              Future<?> certificates =
                  server == null || tls == null
                      ? Future.succeededFuture()
                      : server.updateSSLOptions(options(tls).getSslOptions(), true);
              return certificates.map(read);
            })
        .map(
            read -> {
              access = read;
              calls.forEach(Calls::reloaded);
              return null;
            });
  }

  private Future<Access> readAccess() {
    Path file = settings.tokensFile();
    if (file != null) {
      return vertx.executeBlocking(() -> new Access(Tokens.read(file)), false);
    }
    return isLoopback(settings.bind().host())
        ? Future.succeededFuture(new Access(null))
        : Future.failedFuture(
            new IllegalArgumentException(
                "node.admin.bind: "
                    + settings.bind()
                    + " (expected: a loopback address, or node.admin.tokens-file)"));
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.\\d{1,3}){3}");
  }

  private static HttpServerOptions options(NodeSettings.@Nullable Tls tls) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHttp2ClearTextEnabled(false)
            .setUseAlpn(false)
            .setMaxInitialLineLength(4 << 10)
            .setMaxHeaderSize(8 << 10)
            .setIdleTimeout(30)
            .setIdleTimeoutUnit(TimeUnit.SECONDS);
    if (tls != null) {
      options
          .setSsl(true)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .addCertPath(tls.certificate().toString())
                  .addKeyPath(tls.key().toString()));
    }
    return options;
  }

  /** A server that keeps few connections, and none that asks nothing. */
  private HttpServer server(HttpServerOptions options, Router router) {
    Set<HttpConnection> open = new HashSet<>();
    Set<HttpConnection> silent = new HashSet<>();
    return vertx
        .createHttpServer(options)
        .connectionHandler(
            connection -> {
              open.add(connection);
              silent.add(connection);
              connection.closeHandler(
                  closed -> {
                    open.remove(connection);
                    silent.remove(connection);
                  });
              vertx.setTimer(
                  timeout.toMillis(),
                  late -> {
                    if (silent.contains(connection)) {
                      connection.close();
                    }
                  });
              if (open.size() > MAX_CONNECTIONS) {
                connection.close();
              }
            })
        .requestHandler(
            request -> {
              silent.remove(request.connection());
              router.handle(request);
            })
        .invalidRequestHandler(Replies::unreadable)
        .exceptionHandler(failure -> LOG.debug("An admin connection failed", failure));
  }

  private static Future<HttpServer> listen(HttpServer server, HostPort address) {
    return server
        .listen(address.port(), address.host())
        .onSuccess(
            up ->
                LOG.info(
                    "Admin API listens host={} port={} connections={} reads={} changes={}",
                    address.host(),
                    up.actualPort(),
                    MAX_CONNECTIONS,
                    Rates.Kind.READ.text(),
                    Rates.Kind.CHANGE.text()));
  }

  private Router router(Contract known) {
    Routes routes = new Routes(timeout);
    health().forEach((path, signal) -> routes.own(path, call -> signal(call, signal.get())));
    routes.own("/metrics", this::scrape);
    routes.own(
        "/openapi.yaml", call -> Replies.text(call.response(), "application/yaml", known.text()));
    new ConsoleCalls().add(routes);
    calls.forEach(concern -> concern.add(routes));
    return routes.router(vertx, known, () -> access, new Rates(System::nanoTime));
  }

  /** Health and metrics alone, for whoever reaches the address. */
  private Router probeRouter() {
    Router router = Router.router(vertx);
    health()
        .forEach((path, signal) -> read(router, path).handler(call -> signal(call, signal.get())));
    read(router, "/metrics").handler(this::scrape);
    router
        .route()
        .handler(
            call ->
                Replies.problem(
                    call.response(), Problem.unknown("no such path: " + call.request().path())));
    return router;
  }

  private static Route read(Router router, String path) {
    return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
  }

  private Map<String, Supplier<Signals.Signal>> health() {
    return Map.of(
        "/health/live",
        () -> new Signals.Signal(true, signals.ready().state(), null),
        "/health/ready",
        signals::ready,
        "/health/route",
        signals::route);
  }

  private static void signal(RoutingContext call, Signals.Signal signal) {
    Replies.json(call.response(), signal.good() ? 200 : 503, signal);
  }

  private void scrape(RoutingContext call) {
    metrics
        .get()
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .onSuccess(text -> Replies.text(call.response(), Metrics.CONTENT_TYPE, Buffer.buffer(text)))
        .onFailure(
            failure -> Replies.problem(call.response(), Replies.of(call.request(), failure)));
  }
}
