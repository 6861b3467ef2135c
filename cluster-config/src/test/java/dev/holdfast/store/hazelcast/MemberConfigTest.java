package dev.holdfast.store.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.ClusterState;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.impl.MemberImpl;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.core.MemberLeftException;
import com.hazelcast.core.OperationTimeoutException;
import com.hazelcast.internal.cluster.impl.ClusterStateChange;
import com.hazelcast.internal.cluster.impl.ClusterTopologyChangedException;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.spi.exception.RetryableHazelcastException;
import com.hazelcast.spi.exception.RetryableIOException;
import com.hazelcast.spi.exception.TargetDisconnectedException;
import com.hazelcast.transaction.TransactionException;
import com.hazelcast.version.MemberVersion;
import dev.holdfast.config.ClusterSettings;
import dev.holdfast.store.Notes;
import dev.holdfast.store.Step;
import dev.holdfast.words.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class MemberConfigTest {
  private final StoreSettings settings =
      new StoreSettings(
          Cluster.id(0),
          new HostPort("127.0.0.1", 5701),
          new ClusterSettings("c", List.of(), null),
          Duration.ofSeconds(10));
  private final Config config =
      MemberConfig.of(
          settings,
          new Whereabouts(new InetSocketAddress("127.0.0.1", 5701), settings.cluster()),
          true,
          new Owner(Cluster.steps()));

  @Test
  void aMemberIsGivenUpAfterHalfALease() {
    assertThat(config.getProperty("hazelcast.max.no.heartbeat.seconds")).isEqualTo("5");
  }

  @Test
  void findsMembersByTheListAlone() {
    var join = config.getNetworkConfig().getJoin();
    assertThat(join.getAutoDetectionConfig().isEnabled()).isFalse();
    assertThat(join.getMulticastConfig().isEnabled()).isFalse();
    assertThat(join.getTcpIpConfig().getMembers()).isEmpty();
    assertThat(config.getNetworkConfig().isPortAutoIncrement()).isFalse();
  }

  @Test
  void tablesHaveTwoBackupsAndTheLargerSideRules() {
    var map = config.findMapConfig(MemberConfig.TABLE_PREFIX + "notes");
    assertThat(map.getBackupCount()).isEqualTo(2);
    assertThat(map.isReadBackupData()).isFalse();
    assertThat(map.getMergePolicyConfig().getPolicy()).endsWith("DiscardMergePolicy");
  }

  @Test
  void carriesTheFailuresThatHazelcastAnswersWith() throws IOException {
    Member gone =
        new MemberImpl.Builder(new Address("127.0.0.1", 5701))
            .version(MemberVersion.of("5.6.0"))
            .uuid(new UUID(1, 2))
            .build();
    Exception suppressing = new IllegalStateException("b", new IOException("c"));
    suppressing.addSuppressed(new RuntimeException("d"));
    for (Throwable failure :
        List.of(
            new HazelcastInstanceNotActiveException("a"),
            new IndeterminateOperationStateException("a"),
            new MemberLeftException(gone),
            new OperationTimeoutException("a"),
            new RetryableHazelcastException("a"),
            new RetryableIOException("a"),
            new TargetDisconnectedException("a"),
            new TransactionException("a"),
            new ClusterTopologyChangedException("a"),
            new HazelcastSerializationException("a", new IOException("b")),
            new TimeoutException("a"),
            new StackOverflowError("a"),
            suppressing)) {
      assertThat((Throwable) carry(failure))
          .hasSameClassAs(failure)
          .hasMessage(failure.getMessage());
    }
  }

  @Test
  void carriesTheStateOfAPartThatMerges() {
    for (ClusterState state : ClusterState.values()) {
      assertThat(carry(state)).isEqualTo(state);
      assertThat(carry(ClusterStateChange.from(state))).isEqualTo(ClusterStateChange.from(state));
    }
  }

  @Test
  void carriesNothingForeign() {
    for (Object foreign : List.of(new HashMap<>(Map.of("a", new Foreign())), new Foreign())) {
      assertThatThrownBy(() -> carry(foreign)).hasStackTraceContaining("is not allowed");
    }
  }

  /** What somebody else might send. */
  static final class Foreign extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private Object carry(Object value) {
    InternalSerializationService service =
        new DefaultSerializationServiceBuilder().setConfig(config.getSerializationConfig()).build();
    try {
      return service.toObject(service.toData(value));
    } finally {
      service.dispose();
    }
  }

  @Test
  void knowsWhatItsStepsAnswer() {
    StepTypes steps = Cluster.steps();
    StepTypes.Type count = steps.of(new Notes.Count(0));
    assertThat(count.name()).isEqualTo("Count");
    assertThat(count.row()).isEqualTo(Notes.Note.class);
    assertThat(count.answer()).isEqualTo(Integer.class);
    assertThat(steps.named("Count")).isEqualTo(count);
    assertThatThrownBy(() -> steps.named("Nothing")).hasMessageContaining("Nothing (expected: one");
  }

  @Test
  void refusesClassesThatAreNoStepOrDoNotSayOfWhat() {
    assertThatThrownBy(() -> StepTypes.of(List.of(String.class)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> StepTypes.of(List.of(Vague.class)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new StepTypes(Map.of("a", Notes.Count.class, "b", Notes.Count.class)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** A step that leaves its types open. */
  record Vague<V>(V row) implements Step<V, V> {
    @Override
    public Outcome<V, V> apply(V before, Owner owner) {
      return Outcome.keep(before);
    }
  }
}
