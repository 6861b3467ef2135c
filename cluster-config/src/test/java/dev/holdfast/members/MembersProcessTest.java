package dev.holdfast.members;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.time.ThreadLoop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only the kernel can do to a process. */
class MembersProcessTest {
  @TempDir Path dir;

  private final ThreadLoop loop = new ThreadLoop("test-control");
  private final List<AutoCloseable> started = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : started) {
      each.close();
    }
    loop.close();
  }

  @Test
  void aKilledProcessIsProvenGoneWithinASecondAndItsRestartIsTakenIn() throws Exception {
    Node one = node("gw-1");
    Node two = node("gw-2").meet(one);
    one.lease = Duration.ofSeconds(10);
    two.lease = Duration.ofSeconds(10);
    ChildNode child = child("gw-3", one, two);
    awaitHeard(child, one, two);
    assertThat(one.link(child.id()).direct()).isTrue();
    long before = System.nanoTime();
    child.close();
    for (Node node : List.of(one, two)) {
      Node.await("proven gone", Duration.ofSeconds(2), () -> node.provedGone(child.id()));
      assertThat(node.contact().heard()).doesNotContain(child.id());
      assertThat(node.contact().roster()).containsKey(child.id().name());
      assertThat(node.contact().majority()).isTrue();
    }
    assertThat((System.nanoTime() - before) / 1_000_000).as("ms").isLessThan(1_500);
    ChildNode again = child("gw-3", one, two);
    assertThat(again.id().incarnation()).isGreaterThan(child.id().incarnation());
    awaitHeard(again, one, two);
  }

  @Test
  void aStoppedProcessIsNotProvenGoneAndIsHeardAgain() throws Exception {
    Node one = node("gw-1");
    Node two = node("gw-2").meet(one);
    ChildNode child = child("gw-3", one, two);
    awaitHeard(child, one, two);
    child.signal("STOP");
    Node.await("silent", () -> !one.hears(child.id()) && !two.hears(child.id()));
    Node.holds(
        "unproven", Node.LEASE, () -> !one.provedGone(child.id()) && !two.provedGone(child.id()));
    child.signal("CONT");
    awaitHeard(child, one, two);
    child.signal("STOP");
    Node.await("silent", () -> !one.hears(child.id()));
    child.close(); // killed while it is stopped
    Node.await("proven gone", Duration.ofSeconds(2), () -> one.provedGone(child.id()));
  }

  @Test
  void twoKilledAtOnceAreBothProvenGoneByTheThird() throws Exception {
    Node one = node("gw-1");
    one.lease = Duration.ofSeconds(10);
    ChildNode two = child("gw-2", one);
    ChildNode three = child("gw-3", one);
    awaitHeard(two, one);
    awaitHeard(three, one);
    two.kill();
    three.kill();
    Node.await(
        "both proven gone",
        Duration.ofSeconds(2),
        () -> one.provedGone(two.id()) && one.provedGone(three.id()));
    assertThat(one.contact().majority()).isFalse();
    assertThat(one.contact().roster()).hasSize(3);
  }

  private void awaitHeard(ChildNode child, Node... nodes) {
    for (Node node : nodes) {
      Node.await(
          "child in contact",
          () ->
              node.hears(child.id())
                  && node.contact().heard().size() == 3
                  && node.contact().majority());
    }
  }

  private Node node(String name) throws Exception {
    Node node = Node.start(loop, dir, name, 3);
    started.add(node);
    return node;
  }

  private ChildNode child(String name, Node... meet) throws Exception {
    ChildNode child = ChildNode.start(dir, name, 3, meet);
    started.add(child);
    return child;
  }
}
