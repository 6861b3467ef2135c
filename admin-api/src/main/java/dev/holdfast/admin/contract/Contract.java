package dev.holdfast.admin.contract;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Path;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The contract of the API. Immutable, any thread. */
public final class Contract {
  /** Where the document is in the class path. */
  public static final String RESOURCE = "/openapi.yaml";

  /** The media types that the library may see. */
  private static final Set<String> KNOWN = Set.of("application/json", "text/plain");

  private final Buffer text;
  private final OpenAPIContract library;
  private final Map<String, Operation> operations;

  private Contract(Buffer text, OpenAPIContract library) {
    this.text = text;
    this.library = library;
    this.operations =
        library.operations().stream()
            .map(one -> new Operation(one, library.getSchemaRepository()))
            .collect(Collectors.toUnmodifiableMap(Operation::id, Function.identity()));
  }

  /** Reads the contract on worker threads. Fails only if the document itself breaks rules. */
  public static Future<Contract> load(Vertx vertx) {
    return vertx
        .executeBlocking(Contract::read, false)
        .compose(
            text ->
                vertx
                    .executeBlocking(() -> known(text), false)
                    .compose(document -> OpenAPIContract.from(vertx, document))
                    .map(library -> new Contract(text, library)));
  }

  private static Buffer read() throws IOException {
    try (InputStream in = Contract.class.getResourceAsStream(RESOURCE)) {
      return Buffer.buffer(in.readAllBytes());
    }
  }

  private static JsonObject known(Buffer text) {
    Object document = new Yaml(new SafeConstructor(new LoaderOptions())).load(text.toString());
    JsonObject json = new JsonObject(Json.encode(document));
    adapt(json);
    return json;
  }

  /** Leaves out the media types that the library does not know; problem documents are JSON. */
  private static void adapt(Object value) {
    if (value instanceof JsonObject object) {
      if (object.getValue("content") instanceof JsonObject content) {
        if (content.containsKey("application/problem+json")) {
          content.put("application/json", content.remove("application/problem+json"));
        }
        content.fieldNames().retainAll(KNOWN);
        if (content.isEmpty()) {
          object.remove("content");
        }
      }
      List.copyOf(object.fieldNames()).forEach(name -> adapt(object.getValue(name)));
    } else if (value instanceof JsonArray array) {
      array.forEach(Contract::adapt);
    }
  }

  /** The document as it is served. */
  public Buffer text() {
    return text;
  }

  /** The contract as the router library wants it. */
  public OpenAPIContract library() {
    return library;
  }

  /** Every operation. */
  public List<Operation> operations() {
    return operations.values().stream().sorted().toList();
  }

  /** The operation that a request calls; empty if there is none. */
  public Optional<Operation> find(HttpMethod method, String path) {
    return Optional.ofNullable(library.findOperation(path, method))
        .map(found -> operations.get(found.getOperationId()));
  }

  /** The methods that a path knows; empty if there is no such path. */
  public Set<String> methods(String path) {
    Path found = library.findPath(path);
    Set<String> methods = new TreeSet<>();
    if (found != null) {
      found.getOperations().forEach(one -> methods.add(one.getHttpMethod().name()));
    }
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    return methods;
  }
}
