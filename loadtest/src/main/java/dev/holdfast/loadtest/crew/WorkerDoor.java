package dev.holdfast.loadtest.crew;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.loadtest.drive.Drive;
import dev.holdfast.loadtest.drive.Plan;
import dev.holdfast.loadtest.words.BadInput;
import dev.holdfast.loadtest.words.Descriptors;
import dev.holdfast.loadtest.words.Target;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where a worker waits for its controller and does as it says. */
public final class WorkerDoor implements AutoCloseable {
  /** A controller that says nothing for so long is gone, and the load ends. */
  public static final Duration SILENCE = Duration.ofSeconds(30);

  static final int VERSION = 1;
  static final String HELLO = "loadtest worker";
  private static final Duration HANDSHAKE = Duration.ofSeconds(5);
  private static final int MOST_REQUEST = 1 << 20;

  private final ServerSocket door;
  private final Token token;
  private final boolean owned;
  private final Consumer<String> says;

  /**
   * Listens.
   *
   * @param owned the operator of this machine says that all targets are theirs
   * @param says hears a line when a controller comes or goes
   * @throws IOException if the address cannot be used
   */
  public WorkerDoor(Target listen, Token token, boolean owned, Consumer<String> says)
      throws IOException {
    this.token = token;
    this.owned = owned;
    this.says = says;
    door = new ServerSocket(listen.address().getPort(), 4, listen.address().getAddress());
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) door.getLocalSocketAddress();
  }

  /** Serves one controller after the other, until it is closed. */
  public void serve() {
    while (!door.isClosed()) {
      try (Socket socket = door.accept()) {
        serve(socket);
      } catch (IOException e) {
        if (!door.isClosed()) {
          says.accept("controller ended: " + e.getMessage());
        }
      }
    }
  }

  private void serve(Socket socket) throws IOException {
    try (Line line = new Line(socket, MOST_REQUEST, HANDSHAKE)) {
      String mine = Token.random();
      line.say(Map.of("holdfast", HELLO, "version", VERSION, "nonce", mine));
      JsonNode answer = line.hear();
      String theirs = answer.path("nonce").asText("");
      if (!token.proves(answer.path("proof").asText(""), "controller", mine, theirs)) {
        line.say(Map.of("error", "the tokens differ"));
        throw new IOException(socket.getRemoteSocketAddress() + " does not know the token");
      }
      line.say(Map.of("proof", token.proof("worker", theirs, mine)));
      socket.setSoTimeout((int) SILENCE.toMillis());
      says.accept("controller " + socket.getRemoteSocketAddress());
      try (Post post = new Post()) {
        while (true) {
          JsonNode request = line.hear();
          line.say(post.answer(request));
        }
      }
    }
  }

  /** The load of one controller; it ends with it. */
  private final class Post implements AutoCloseable {
    private @Nullable Drive drive;

    Object answer(JsonNode request) {
      try {
        return act(request);
      } catch (BadInput e) {
        return Map.of("error", String.valueOf(e.getMessage()));
      } catch (IOException | RuntimeException e) {
        return Map.of("error", "failed: " + e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Map.of("error", "interrupted");
      }
    }

    private Object act(JsonNode request) throws IOException, InterruptedException {
      String what = request.path("do").asText("");
      if (what.equals("plan")) {
        close();
        Plan plan = Line.JSON.treeToValue(request.path("plan"), Plan.class);
        plan.targets().forEach(target -> target.requireNear(owned));
        Descriptors.requireRoom(plan.sessions());
        drive = new Drive(plan);
        return Map.of("ok", true);
      }
      Drive now = drive;
      if (now == null) {
        throw BadInput.of("do", what, "a plan first");
      }
      switch (what) {
        case "start" -> now.start();
        case "stop" -> now.stop();
        case "sample" -> {
          return Samples.write(now.sample());
        }
        case "seen" -> {
          return now.seen();
        }
        case "over" -> {
          return Map.of("over", now.isOver());
        }
        default -> throw BadInput.of("do", what, "plan, start, sample, seen, stop or over");
      }
      return Map.of("ok", true);
    }

    @Override
    public void close() {
      if (drive != null) {
        drive.close();
        drive = null;
      }
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
