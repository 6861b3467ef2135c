package dev.holdfast.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.admin.answer.ConfigAnswer;
import dev.holdfast.admin.answer.ConfigChange;
import dev.holdfast.admin.problem.Problem;
import dev.holdfast.config.Checked;
import dev.holdfast.config.ConfigJson;
import dev.holdfast.config.SharedConfig;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How operators read and replace the shared configuration. */
public final class ConfigCalls implements Calls {
  private static final String CONFIG = "/v1/config";
  private static final String REVISION = "/v1/config/revisions/:revision";
  private static final Set<String> ORDER = Set.of("dryRun", "force");
  private static final Pattern TAG = Pattern.compile("\"([1-9][0-9]{0,17})\"");

  private final Configurations configurations;

  /** Calls over these configurations. */
  public ConfigCalls(Configurations configurations) {
    this.configurations = configurations;
  }

  @Override
  public void add(Routes routes) {
    routes.get(CONFIG, Set.of(), this::config);
    routes.change(HttpMethod.PUT, CONFIG, ORDER, this::replace, ConfigCalls::reply);
    routes.get(
        "/v1/config/revisions",
        Set.of(),
        call -> configurations.revisions().map(all -> Map.of("revisions", all)));
    routes.get(REVISION, Set.of(), call -> configurations.revision(number(call)));
    routes.change(HttpMethod.POST, REVISION + "/apply", ORDER, this::restore, ConfigCalls::reply);
  }

  private Future<ConfigAnswer> config(RoutingContext call) {
    return configurations.config().onSuccess(answer -> tag(call, answer.revision()));
  }

  private static void reply(RoutingContext call, ConfigChange change) {
    if (!change.dryRun()) {
      tag(call, change.revision());
    }
    Replies.json(call.response(), 200, change);
  }

  private static void tag(RoutingContext call, long revision) {
    call.response().putHeader("ETag", "\"" + revision + "\"");
  }

  private Future<ConfigChange> replace(RoutingContext call) {
    Configurations.Order order = order(call);
    return configurations.replace(
        Requests.isJson(call) ? json(Requests.object(call), order) : yaml(Requests.text(call)),
        order);
  }

  private Future<ConfigChange> restore(RoutingContext call) {
    return configurations.restore(number(call), order(call));
  }

  private static Function<SharedConfig, Checked<SharedConfig>> yaml(String text) {
    return present -> ConfigJson.replacementText(text, present);
  }

  /** The configuration itself, or what {@code GET} answered with another one in it. */
  private static Function<SharedConfig, Checked<SharedConfig>> json(
      JsonNode body, Configurations.Order order) {
    boolean whole = body.has("config") && Set.of(1, 2).contains(body.size());
    if (whole && body.has("revision") && body.get("revision").asLong() != order.ifRevision()) {
      throw Problem.invalid("the body breaks rules", "/revision", "as in If-Match").refused();
    }
    JsonNode config = whole ? body.get("config") : body;
    return present -> ConfigJson.replacement(config, present);
  }

  private static long number(RoutingContext call) {
    return Requests.path(call, "revision", Long::parseLong);
  }

  private static Configurations.Order order(RoutingContext call) {
    return new Configurations.Order(
        ifRevision(call), flag(call, "dryRun"), flag(call, "force"), Requests.who(call));
  }

  private static long ifRevision(RoutingContext call) {
    String header = call.request().getHeader("If-Match");
    if (header == null) {
      throw Problem.plain(
              "precondition", 428, "If-Match is missing (expected: the ETag of GET /v1/config)")
          .refused();
    }
    Matcher tag = TAG.matcher(header.trim());
    if (!tag.matches()) {
      throw Problem.invalid(
              "the request breaks rules", "If-Match", "one ETag of GET /v1/config, as \"7\"")
          .refused();
    }
    return Long.parseLong(tag.group(1));
  }

  private static boolean flag(RoutingContext call, String name) {
    return Boolean.TRUE.equals(Requests.optional(call, name, Boolean::valueOf));
  }
}
