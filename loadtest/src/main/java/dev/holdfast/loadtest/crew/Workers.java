package dev.holdfast.loadtest.crew;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.loadtest.drive.Crew;
import dev.holdfast.loadtest.drive.Plan;
import dev.holdfast.loadtest.drive.Seen;
import dev.holdfast.loadtest.measure.Sample;
import dev.holdfast.loadtest.words.Target;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Steers workers: each has a part of the plan, and their samples are one. */
public final class Workers implements Crew {
  private static final int MOST_ANSWER = 8 << 20;
  private static final int CONNECT_MS = 5000;
  private static final Duration SILENCE = Duration.ofSeconds(20);

  private final List<Mate> mates = new ArrayList<>();

  private record Mate(Target at, Line line) {
    void say(Object words) throws IOException {
      try {
        line.say(words);
      } catch (IOException e) {
        throw lost(e);
      }
    }

    JsonNode hear() throws IOException {
      JsonNode answer;
      try {
        answer = line.hear();
      } catch (IOException e) {
        throw lost(e);
      }
      if (answer.has("error")) {
        throw new IOException("worker " + at + ": " + answer.path("error").asText());
      }
      return answer;
    }

    private IOException lost(IOException e) {
      return new IOException("worker " + at + ": " + e.getMessage(), e);
    }
  }

  /**
   * Meets workers and gives each its part.
   *
   * @throws IOException if one cannot be reached, does not know the token, or refuses its part; the
   *     message is one line
   */
  public Workers(List<Target> places, Token token, Plan plan) throws IOException {
    try {
      for (Target place : places) {
        mates.add(meet(place, token));
      }
      for (int i = 0; i < mates.size(); i++) {
        mates.get(i).say(Map.of("do", "plan", "plan", plan.part(i, mates.size())));
      }
      for (Mate mate : mates) {
        mate.hear();
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private static Mate meet(Target place, Token token) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(place.address(), CONNECT_MS);
      Mate mate = new Mate(place, new Line(socket, MOST_ANSWER, SILENCE));
      JsonNode hello = mate.hear();
      if (!hello.path("holdfast").asText().equals(WorkerDoor.HELLO)
          || hello.path("version").asInt() != WorkerDoor.VERSION) {
        throw new IOException("worker " + place + ": not a worker of this version");
      }
      String theirs = hello.path("nonce").asText();
      String mine = Token.random();
      mate.say(Map.of("nonce", mine, "proof", token.proof("controller", theirs, mine)));
      if (!token.proves(mate.hear().path("proof").asText(), "worker", mine, theirs)) {
        throw new IOException("worker " + place + ": does not know the token");
      }
      return mate;
    } catch (IOException e) {
      socket.close();
      throw e.getMessage() != null && e.getMessage().startsWith("worker ")
          ? e
          : new IOException("worker " + place + ": " + e.getMessage(), e);
    }
  }

  private List<JsonNode> all(String what) throws IOException {
    for (Mate mate : mates) {
      mate.say(Map.of("do", what));
    }
    List<JsonNode> answers = new ArrayList<>();
    for (Mate mate : mates) {
      answers.add(mate.hear());
    }
    return answers;
  }

  @Override
  public void start() throws IOException {
    all("start");
  }

  @Override
  public Sample sample() throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (JsonNode answer : all("sample")) {
      samples.add(Samples.read(answer));
    }
    return Sample.sum(samples);
  }

  @Override
  public Seen seen() throws IOException {
    List<Seen> seen = new ArrayList<>();
    for (JsonNode answer : all("seen")) {
      seen.add(Line.JSON.treeToValue(answer, Seen.class));
    }
    return Seen.merge(seen);
  }

  @Override
  public void stop() throws IOException {
    all("stop");
  }

  @Override
  public boolean isOver() throws IOException {
    return all("over").stream().allMatch(answer -> answer.path("over").asBoolean());
  }

  @Override
  public void close() {
    mates.forEach(mate -> mate.line().close());
  }
}
