package dev.holdfast.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.epoch.Fleet.Node;
import dev.holdfast.store.MemoryCloud.Event;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.time.Duration;
import java.util.function.Predicate;

/** What a test of two nodes, a and b, on the store in memory begins with. */
abstract class TwoNodes {
  static final Duration SECOND = Duration.ofSeconds(1);

  final Fleet fleet = new Fleet(1);

  Node a;
  Node b;

  /** Starts both and lets them settle. */
  void two() {
    a = fleet.start("a");
    b = fleet.start("b");
    fleet.pass(SECOND.multipliedBy(4));
    assertThat(a.state().settled()).isTrue();
    assertThat(b.state().open()).isTrue();
  }

  /** Events of a node whose label begins so. */
  static Predicate<Event> of(Node node, String label) {
    return event -> event.node().equals(node.id) && event.label().startsWith(label);
  }

  /** Both route the source to the server. */
  void both(Source source, ServerName server) {
    assertThat(a.server(source)).as("on a").isEqualTo(server);
    assertThat(b.server(source)).as("on b").isEqualTo(server);
  }

  /** Time passes, and whatever was sent arrives. */
  void flow(int seconds) {
    fleet.flow(SECOND.multipliedBy(seconds), event -> false);
  }
}
