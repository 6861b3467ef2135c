package dev.holdfast.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A headless Chromium with one page, driven over its DevTools protocol: the mouse and the keyboard
 * are real, what is read is what the page shows. The page's own faults are kept.
 */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final Map<String, Integer> KEYS =
      Map.of("Tab", 9, "Enter", 13, "Escape", 27, "Space", 32, "ArrowDown", 40);

  /** What the page reported as faults since it was opened. */
  final List<String> faults = new CopyOnWriteArrayList<>();

  private final Path profile;
  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();

  /** The Chromium of this machine; empty where there is none. */
  static Optional<Path> installed() {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder, "chromium"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  Browser() throws Exception {
    profile = Files.createTempDirectory("holdfast-browser");
    process =
        new ProcessBuilder(
                installed().orElseThrow().toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Path port = profile.resolve("DevToolsActivePort");
    Await.until("Chromium listens", BOUND, () -> Files.exists(port) && Files.size(port) > 0);
    HttpClient http = HttpClient.newHttpClient();
    URI pages = URI.create("http://127.0.0.1:" + Files.readAllLines(port).get(0) + "/json/list");
    HttpResponse<String> answer =
        http.send(HttpRequest.newBuilder(pages).build(), HttpResponse.BodyHandlers.ofString());
    String page = JSON.readTree(answer.body()).get(0).get("webSocketDebuggerUrl").textValue();
    socket =
        http.newWebSocketBuilder()
            .buildAsync(URI.create(page), new Reader())
            .get(20, TimeUnit.SECONDS);
    send("Page.enable", Map.of());
    send("Runtime.enable", Map.of());
    send("Log.enable", Map.of());
    size(1280, 900, "light");
  }

  /** Takes messages together and apart. */
  private final class Reader implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      message.append(part);
      if (last) {
        String whole = message.toString();
        message.setLength(0);
        try {
          heard(JSON.readTree(whole));
        } catch (IOException e) {
          faults.add("not JSON: " + whole);
        }
      }
      from.request(1);
      return null;
    }
  }

  private void heard(JsonNode message) {
    if (message.has("id")) {
      CompletableFuture<JsonNode> waiting = asked.remove(message.get("id").intValue());
      if (message.has("error")) {
        waiting.completeExceptionally(new AssertionError(message.get("error").toString()));
      } else {
        waiting.complete(message.get("result"));
      }
    } else if (message.path("method").asText().equals("Runtime.exceptionThrown")) {
      faults.add(message.at("/params/exceptionDetails").toString());
    } else if (message.at("/params/entry/source").asText().equals("security")) {
      faults.add(message.at("/params/entry/text").asText());
    }
  }

  private JsonNode send(String method, Map<String, ?> parameters) throws Exception {
    int id = ids.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    asked.put(id, answer);
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    socket.sendText(message.toString(), true).get(20, TimeUnit.SECONDS);
    return answer.get(30, TimeUnit.SECONDS);
  }

  /** The size of the window and what the system prefers: light or dark. */
  void size(int width, int height, String theme) throws Exception {
    send(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    send(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
  }

  /** Goes to a page and forgets the faults of the one before. */
  void open(String url) throws Exception {
    faults.clear();
    send("Page.navigate", Map.of("url", url));
  }

  /** The value of an expression in the page. */
  JsonNode value(String expression) throws Exception {
    JsonNode result =
        send(
            "Runtime.evaluate",
            Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
    }
    return result.at("/result/value");
  }

  /** The text of an element as the page shows it; empty if there is none. */
  String text(String selector) throws Exception {
    return value("document.querySelector(" + quoted(selector) + ")?.innerText ?? ''").asText();
  }

  /** True if an element is there and can be seen. */
  boolean sees(String selector) throws Exception {
    return value("document.querySelector(" + quoted(selector) + ")?.checkVisibility() ?? false")
        .booleanValue();
  }

  /** Waits until the page says a text in an element. */
  void await(String selector, String text) throws Exception {
    await(selector, text, BOUND);
  }

  /** The same within a time. */
  void await(String selector, String text, Duration bound) throws Exception {
    try {
      Await.until(
          text,
          bound,
          () -> {
            try {
              return text(selector).contains(text);
            } catch (ExecutionException e) {
              return false; // between two pages
            }
          });
    } catch (AssertionError e) {
      throw new AssertionError(
          selector + " says \"" + text(selector) + "\" and not \"" + text + "\"; faults: " + faults,
          e);
    }
  }

  /** Presses and lets go the mouse in the middle of an element that can be seen and is not off. */
  void click(String selector) throws Exception {
    String element = "document.querySelector(" + quoted(selector) + ")";
    Await.until(
        selector + " can be clicked",
        BOUND,
        () -> sees(selector) && !value(element + ".disabled === true").booleanValue());
    JsonNode at =
        value(
            "(() => { const one = "
                + element
                + "; one.scrollIntoView({ block: 'center' });"
                + " const box = one.getBoundingClientRect();"
                + " return [box.x + box.width / 2, box.y + box.height / 2]; })()");
    for (String type : List.of("mousePressed", "mouseReleased")) {
      send(
          "Input.dispatchMouseEvent",
          Map.of("type", type, "x", at.get(0), "y", at.get(1), "button", "left", "clickCount", 1));
    }
  }

  /** Types text where the focus is. */
  void type(String text) throws Exception {
    send("Input.insertText", Map.of("text", text));
  }

  /** Presses a key by its name. */
  void press(String key) throws Exception {
    String name = key.equals("Space") ? " " : key;
    String text = key.equals("Enter") ? "\r" : key.equals("Space") ? " " : "";
    for (String type : List.of(text.isEmpty() ? "rawKeyDown" : "keyDown", "keyUp")) {
      send(
          "Input.dispatchKeyEvent",
          Map.of(
              "type",
              type,
              "key",
              name,
              "code",
              key,
              "windowsVirtualKeyCode",
              KEYS.get(key),
              "text",
              type.equals("keyUp") ? "" : text));
    }
  }

  /** Presses Tab until an element has the focus; fails if it never has. */
  void tabTo(String selector) throws Exception {
    for (int i = 0; i < 200; i++) {
      press("Tab");
      if (value("document.activeElement?.matches(" + quoted(selector) + ") ?? false")
          .booleanValue()) {
        return;
      }
    }
    throw new AssertionError(selector + " is not reached by the keyboard");
  }

  /**
   * What axe finds wrong in a part of the page and calls serious or critical: a line each.
   *
   * @param rules those to look for, all if none is named
   */
  List<String> barriers(String part, String... rules) throws Exception {
    if (value("typeof axe").asText().equals("undefined")) {
      try (InputStream axe = Browser.class.getResourceAsStream("/axe.min.js")) {
        value(new String(axe.readAllBytes(), StandardCharsets.UTF_8) + "; true");
      }
    }
    JsonNode found =
        value(
            "axe.run("
                + quoted(part)
                + ", { resultTypes: ['violations']"
                + (rules.length == 0 ? "" : ", runOnly: " + JSON.writeValueAsString(rules))
                + " }).then((result) => result.violations"
                + ".filter((one) => ['serious', 'critical'].includes(one.impact))"
                + ".flatMap((one) => one.nodes.map((node) => one.id + ' ' + node.target + ': '"
                + " + node.failureSummary)))");
    List<String> lines = new ArrayList<>();
    found.forEach(one -> lines.add(one.asText()));
    return lines;
  }

  /** A picture of the window for a person, where the property {@code holdfast.pictures} says. */
  void picture(String name) throws Exception {
    String folder = System.getProperty("holdfast.pictures");
    if (folder == null) {
      return;
    }
    JsonNode picture = send("Page.captureScreenshot", Map.of("format", "png"));
    Path file = Files.createDirectories(Path.of(folder)).resolve(name + ".png");
    Files.write(file, Base64.getDecoder().decode(picture.get("data").textValue()));
  }

  private static String quoted(String text) throws IOException {
    return JSON.writeValueAsString(text);
  }

  @Override
  public void close() throws IOException {
    socket.abort();
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle one : all) {
      one.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
    try (Stream<Path> files = Files.walk(profile)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
