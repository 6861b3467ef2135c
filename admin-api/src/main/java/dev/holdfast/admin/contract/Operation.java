package dev.holdfast.admin.contract;

import dev.holdfast.admin.access.Role;
import dev.holdfast.admin.problem.Problem;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.contract.RequestBody;
import io.vertx.openapi.contract.SecurityRequirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One operation of the contract. Immutable, any thread. */
public final class Operation implements Comparable<Operation> {
  private static final int MAX_BODY_BYTES = 64 << 10;
  private static final String JSON = "application/json";

  private final io.vertx.openapi.contract.Operation library;
  private final Rules rules;
  private final Set<String> query = new TreeSet<>();

  Operation(io.vertx.openapi.contract.Operation library, SchemaRepository schemas) {
    this.library = library;
    this.rules = new Rules(schemas);
    for (Parameter parameter : library.getParameters()) {
      if (parameter.getIn() == Location.QUERY) {
        query.add(parameter.getName());
      }
    }
  }

  /** Its name, as {@code getPool}. */
  public String id() {
    return library.getOperationId();
  }

  /** Its method. */
  public HttpMethod method() {
    return library.getHttpMethod();
  }

  /** Its path, as {@code /v1/pools/{pool}}. */
  public String path() {
    return library.getOpenAPIPath();
  }

  /** The role that it needs, empty if anybody may call it. */
  public Optional<Role> role() {
    for (SecurityRequirement requirement : library.getSecurityRequirements()) {
      if (!requirement.isEmpty()) {
        return requirement.getScopes("token").stream()
            .map(role -> Role.valueOf(role.toUpperCase(Locale.ROOT)))
            .findFirst();
      }
    }
    return Optional.empty();
  }

  /** True if it changes something. */
  public boolean changes() {
    return method() != HttpMethod.GET;
  }

  /** The parameters of the query that it knows. */
  public Set<String> query() {
    return query;
  }

  /** The media types that its body may have; empty if it has no body. */
  public Set<String> mediaTypes() {
    Set<String> types = new TreeSet<>();
    if (changes()) {
      types.add(JSON);
      if (library.getOpenAPIModel().getValue("x-also-accepts") instanceof String more) {
        types.add(more);
      }
    }
    return types;
  }

  /** The most bytes that its body may have. */
  public int maxBodyBytes() {
    return library.getOpenAPIModel().getInteger("x-max-body-bytes", MAX_BODY_BYTES);
  }

  /** What is wrong with the parameters, all at once. */
  public List<Problem.Fault> parameterFaults(Map<String, String> path, MultiMap queries) {
    List<Problem.Fault> faults = new ArrayList<>();
    for (String name : queries.names()) {
      if (!query.contains(name)) {
        faults.add(
            new Problem.Fault("?" + name, query.isEmpty() ? "no parameters" : "one of " + query));
      } else if (queries.getAll(name).size() > 1) {
        faults.add(new Problem.Fault("?" + name, "once"));
      }
    }
    for (Parameter parameter : library.getParameters()) {
      switch (parameter.getIn()) {
        case PATH -> check(parameter, "", path.get(parameter.getName()), faults);
        case QUERY -> check(parameter, "?", queries.get(parameter.getName()), faults);
        default -> {} // headers are read by the calls that know them
      }
    }
    return faults;
  }

  private void check(
      Parameter parameter, String mark, @Nullable String value, List<Problem.Fault> faults) {
    String path = mark + parameter.getName();
    if (value == null) {
      if (parameter.isRequired()) {
        faults.add(new Problem.Fault(path, Rules.expected((JsonObject) parameter.getSchema())));
      }
    } else {
      rules.value(parameter.getSchema(), value).ifPresent(rule -> fault(faults, path, rule));
    }
  }

  private static void fault(List<Problem.Fault> faults, String path, String expected) {
    if (faults.stream().noneMatch(one -> one.path().equals(path))) {
      faults.add(new Problem.Fault(path, expected));
    }
  }

  /** What is wrong with a JSON body, all at once; no body is an empty object. */
  public List<Problem.Fault> bodyFaults(JsonObject body) {
    RequestBody known = library.getRequestBody();
    MediaType json = known == null ? null : known.getContent().get(JSON);
    return json == null ? List.of() : rules.object(json.getSchema(), body);
  }

  @Override
  public int compareTo(Operation other) {
    int byPath = path().compareTo(other.path());
    return byPath != 0 ? byPath : method().name().compareTo(other.method().name());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Operation one && one.id().equals(id());
  }

  @Override
  public int hashCode() {
    return id().hashCode();
  }

  @Override
  public String toString() {
    return id();
  }
}
