package dev.holdfast.loadtest.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.loadtest.peers.Kernel;
import dev.holdfast.loadtest.peers.Tool;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The same questions to programs that others wrote: redis-benchmark and iperf3. */
final class SecondOpinion {
  private static final int SESSIONS = 20_000;
  private static final int PINGS = 200_000;
  private static final long TIMEOUT_MS = 60_000;
  private static final Pattern RATE = Pattern.compile("([\\d.]+) requests per second");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ProcessHandle proxy;
  private final Ground ground;
  private final Map<Measure, Double> figures;

  SecondOpinion(ProcessHandle proxy, Ground ground, Map<Measure, Double> figures) {
    this.proxy = proxy;
    this.ground = ground;
    this.figures = figures;
  }

  /**
   * Asks those that are there.
   *
   * @param warmMs how long streams go on before they are measured
   * @throws IOException if one fails
   */
  void ask(long warmMs) throws IOException, InterruptedException {
    if (ground.has(Ground.REDIS) && Tool.find("redis-benchmark").isPresent()) {
      redis(SESSIONS / 4, false);
      double before = Kernel.cpuSeconds(proxy);
      redis(SESSIONS, false);
      figures.put(Measure.REDIS_SESSION_CPU, (Kernel.cpuSeconds(proxy) - before) / SESSIONS * 1e6);
      redis(PINGS / 4, true);
      before = Kernel.cpuSeconds(proxy);
      double rate = redis(PINGS, true);
      figures.put(Measure.REDIS_ECHO_CPU, (Kernel.cpuSeconds(proxy) - before) / PINGS * 1e6);
      figures.put(Measure.REDIS_ECHO_RATE, rate);
    }
    if (ground.has(Ground.IPERF)) {
      iperf((int) Math.max(1, warmMs / 1000));
      double before = Kernel.cpuSeconds(proxy);
      JsonNode sent = iperf(3).path("end").path("sum_sent");
      double bytes = sent.path("bytes").asDouble();
      figures.put(Measure.IPERF_CPU, (Kernel.cpuSeconds(proxy) - before) / bytes * 1e12);
      figures.put(Measure.IPERF_RATE, bytes / sent.path("seconds").asDouble() / 1e6);
    }
  }

  private double redis(int requests, boolean keep) throws IOException, InterruptedException {
    String said =
        Tool.run(
            TIMEOUT_MS,
            List.of(
                "redis-benchmark",
                "-h",
                "127.0.0.1",
                "-p",
                String.valueOf(ground.port(Ground.REDIS)),
                "-t",
                "ping_mbulk",
                "-q",
                "-c",
                "64",
                "-k",
                keep ? "1" : "0",
                "-n",
                String.valueOf(requests)));
    Matcher rates = RATE.matcher(said);
    double last = -1;
    while (rates.find()) {
      last = Double.parseDouble(rates.group(1));
    }
    if (last < 0) {
      throw new IOException("redis-benchmark: " + said.strip().replaceAll("\\s+", " "));
    }
    return last;
  }

  private JsonNode iperf(int seconds) throws IOException, InterruptedException {
    String said =
        Tool.run(
            TIMEOUT_MS,
            List.of(
                "iperf3",
                "-c",
                "127.0.0.1",
                "-p",
                String.valueOf(ground.port(Ground.IPERF)),
                "-P",
                "16",
                "-t",
                String.valueOf(seconds),
                "-J"));
    JsonNode answer = JSON.readTree(said);
    if (answer.has("error")) {
      throw new IOException("iperf3: " + answer.path("error").asText());
    }
    return answer;
  }
}
