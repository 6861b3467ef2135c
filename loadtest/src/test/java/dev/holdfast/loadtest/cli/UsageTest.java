package dev.holdfast.loadtest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageTest {
  private final Fixture cli = new Fixture();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense | unknown command: nonsense",
        "hold | Missing required option: '--target",
        "hold --target 8.8.8.8:53 | target: 8.8.8.8:53 (expected: a loopback or private address",
        "hold --target 127.0.0.1:1 --count-at 8.8.8.8:53 | target: 8.8.8.8:53",
        "hold --target 127.0.0.1 | address: 127.0.0.1 (expected: HOST:PORT",
        "hold --target 127.0.0.1:1 --sessions x | Invalid value for option '--sessions'",
        "hold --target 127.0.0.1:1 --sessions 0 | sessions: 0 (expected: at least 1)",
        "hold --target 127.0.0.1:1 --sessions 9999999 | sessions: 9999999 (expected: at most",
        "hold --target 127.0.0.1:1 --rate 0 | rate: 0.0 (expected: more than 0/s)",
        "hold --target 127.0.0.1:1 --duration 5 | duration: 5 (expected: as 250ms",
        "hold --target 127.0.0.1:1 --sources 127.0.0.1/40 | sources: 127.0.0.1/40 (expected: ",
        "hold --target 127.0.0.1:1 --limit 5 | limit: 5 (expected: with --count-at",
        "hold --target 127.0.0.1:1 --server-limit a=b | server-limit: a=b (expected: N or NAME=N)",
        "hold --target 127.0.0.1:1 --json /no/such/folder/x.json | file: /no/such/folder/x.json",
        "hold --target 127.0.0.1:1 --threads 0 | threads: 0 (expected: 1 to 64)",
        "echo --target 127.0.0.1:1 --size 0 | size: 0 (expected: 1 to 64m)",
        "bulk --target 127.0.0.1:1 --streams 0 | streams: 0 (expected: at least 1)",
        "storm --target 127.0.0.1:1 --kill-pid 999999999 | kill-pid: 999999999 (expected: a"
            + " process",
        "hold --target 127.0.0.1:1 --worker 127.0.0.1:2 | worker: 127.0.0.1:2 (expected: with"
            + " --token-file)",
        "hold --target 127.0.0.1:1 --workers 999 | workers: 999 (expected: at most 256)",
        "hold --target 127.0.0.1:1 --workers 2 --worker 127.0.0.1:2 | workers: 2 (expected:"
            + " --workers or",
        "worker --listen 127.0.0.1:0 --token-file /no/such/file | token-file: /no/such/file"
            + " (expected: ",
        "compare --rounds 0 | rounds: 0 (expected: at least 1)",
        "compare --side-by-side --only idle | only: idle (expected: churn, echo or bulk with",
        "compare --peers traefik | peers: traefik (expected: haproxy, nginx, holdfast",
        "compare --held 9999 | held and idle: 9999 and 4000 (expected: at most 9000)",
        "serve | serve: nothing to serve",
        "serve --name a | serve: nothing to serve",
        "serve --name a --bind 0.0.0.0:0 | target: 0.0.0.0:0",
        "serve --name a/b --bind 127.0.0.1:0 | name: a/b (expected: letters",
        "serve --name a --bind 127.0.0.1:0 --echo --sink | sink: with --echo (expected: one of"
            + " them)"
      })
  void badInputIsOneLineAnd64(String arguments, String said) {
    assertThat(cli.run(arguments.strip().split(" "))).isEqualTo(Exit.USAGE);
    assertThat(cli.errLines()).hasSize(1);
    assertThat(cli.err()).contains(said).endsWith("--help)\n");
    assertThat(cli.out()).isEmpty();
  }

  @Test
  void aMissingCommandIsUsage() {
    assertThat(cli.run()).isEqualTo(Exit.USAGE);
    assertThat(cli.err()).contains("a command is missing");
  }

  @Test
  void helpNamesEveryScenario() {
    assertThat(cli.run("--help")).isZero();
    assertThat(cli.out()).contains("hold", "churn", "echo", "bulk", "storm", "mixed", "serve");
  }
}
