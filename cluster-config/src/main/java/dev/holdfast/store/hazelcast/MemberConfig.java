package dev.holdfast.store.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.spi.merge.DiscardMergePolicy;
import dev.holdfast.words.NodeId;
import java.util.UUID;

/**
 * The configuration of a member, built in code: what is not said here is off or Hazelcast's
 * default. The member port is plain text without a password, whatever is set here: keep it on a
 * private network.
 */
final class MemberConfig {
  /** Before the name of each of our tables. */
  static final String TABLE_PREFIX = "holdfast.";

  /** Attribute of a member: the name of its node. */
  static final String NODE = "holdfast.node";

  /** Attribute of a member: the incarnation of its process. */
  static final String INCARNATION = "holdfast.incarnation";

  private static final int PARTITIONS = 31; // a few small tables; each costs heartbeats and moves
  private static final int BACKUPS = 2;

  private MemberConfig() {}

  static Config of(StoreSettings settings, Whereabouts where, boolean mayBeFirst, Owner owner) {
    Config config = new Config();
    config.setClusterName(settings.cluster().name());
    config.getUserContext().put(Owner.KEY, owner);
    attributes(config, settings.self());
    network(config, where);
    timing(config, settings, mayBeFirst);
    threads(config);
    doors(config);
    maps(config);
    return config;
  }

  private static void attributes(Config config, NodeId self) {
    config
        .getMemberAttributeConfig()
        .setAttribute(NODE, self.name().value())
        .setAttribute(INCARNATION, Long.toString(self.incarnation()))
        // what Vert.x knows a node by; never the same for two processes
        .setAttribute("__vertx.nodeId", UUID.randomUUID().toString());
  }

  private static void network(Config config, Whereabouts where) {
    NetworkConfig network = config.getNetworkConfig();
    network.setPort(where.own().getPort()).setPortAutoIncrement(false).setReuseAddress(true);
    config.setProperty("hazelcast.local.localAddress", where.own().getAddress().getHostAddress());
    config.setProperty("hazelcast.socket.bind.any", "false"); // also binds what it opens
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig()
        .setEnabled(true)
        .setConnectionTimeoutSeconds(3); // the joiner has the list
  }

  private static void timing(Config config, StoreSettings settings, boolean mayBeFirst) {
    long silence = Math.max(3, settings.lease().toSeconds() / 2);
    long merge = Math.max(1, settings.mergeEvery().toSeconds());
    seconds(config, "hazelcast.heartbeat.interval.seconds", 1);
    seconds(config, "hazelcast.max.no.heartbeat.seconds", silence);
    // also the number of tries: those of 30 last four seconds, so that the others, which find out a
    // second later, accept who finds out first instead of being left out
    seconds(config, "hazelcast.mastership.claim.timeout.seconds", 30);
    // a node that hears only some of the others leaves them all to the larger part
    config.setProperty("hazelcast.partial.member.disconnection.resolution.heartbeat.count", "3");
    seconds(config, "hazelcast.merge.first.run.delay.seconds", merge);
    seconds(config, "hazelcast.merge.next.run.delay.seconds", merge);
    seconds(config, "hazelcast.wait.seconds.before.join", 0);
    seconds(config, "hazelcast.max.wait.seconds.before.join", 2);
    int join = (int) Math.max(mayBeFirst ? 10 : 1, settings.joinWithin().toSeconds());
    seconds(config, "hazelcast.max.join.seconds", join);
    // after a merge that failed; the search at the start is our own
    config.getNetworkConfig().getJoin().getTcpIpConfig().setConnectionTimeoutSeconds(2);
    seconds(config, "hazelcast.max.join.merge.target.seconds", 5);
    seconds(config, "hazelcast.socket.connect.timeout.seconds", 3);
    seconds(config, "hazelcast.graceful.shutdown.max.wait", StoreMember.GRACE.toSeconds());
    config.setProperty("hazelcast.operation.call.timeout.millis", "8000");
    config.setProperty("hazelcast.operation.backup.timeout.millis", "3000");
    // else a write whose backups did not answer counts as done
    config.setProperty("hazelcast.operation.fail.on.indeterminate.state", "true");
    config.setProperty("hazelcast.invocation.retry.pause.millis", "200");
  }

  private static void seconds(Config config, String property, long value) {
    config.setProperty(property, Long.toString(value));
  }

  private static void threads(Config config) {
    config.setProperty("hazelcast.partition.count", Integer.toString(PARTITIONS));
    config.setProperty("hazelcast.operation.thread.count", "2");
    config.setProperty("hazelcast.operation.generic.thread.count", "2");
    config.setProperty("hazelcast.operation.response.thread.count", "1");
    config.setProperty("hazelcast.io.thread.count", "1");
    config.setProperty("hazelcast.event.thread.count", "1");
    config.setProperty("hazelcast.clientengine.thread.count", "1");
    config.setProperty("hazelcast.clientengine.query.thread.count", "1");
    config.setProperty("hazelcast.clientengine.blocking.thread.count", "1");
  }

  private static void doors(Config config) {
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.logging.shutdown", "false"); // the log belongs to the process
    config.getMetricsConfig().setEnabled(false);
    config.getJetConfig().setEnabled(false);
    config
        .getManagementCenterConfig()
        .setScriptingEnabled(false)
        .setConsoleEnabled(false)
        .setDataAccessEnabled(false);
    config
        .getSerializationConfig()
        .setCheckClassDefErrors(true)
        .addDataSerializableFactory(Wire.FACTORY, new Wire())
        .setJavaSerializationFilterConfig(exceptionsAndState());
  }

  /**
   * Java serialization carries the exceptions that Hazelcast answers with, and the state by which a
   * part holds its members still before it merges with a larger one; nothing else.
   */
  private static JavaSerializationFilterConfig exceptionsAndState() {
    JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
    filter.setDefaultsDisabled(true);
    filter
        .getWhitelist()
        .addPrefixes(
            "com.hazelcast.core.",
            "com.hazelcast.spi.exception.",
            "com.hazelcast.nio.serialization.Hazelcast",
            "com.hazelcast.partition.",
            "com.hazelcast.query.Query",
            "com.hazelcast.splitbrainprotection.",
            "com.hazelcast.transaction.Transaction",
            "com.hazelcast.version.MemberVersion")
        .addClasses(
            "com.hazelcast.cluster.ClusterState", // else a part of several never merges
            "java.lang.Enum",
            // thrown inside of Hazelcast and sent to who asked; one that is missing here costs
            // the asker its whole call timeout
            "com.hazelcast.internal.cluster.impl.ClusterTopologyChangedException",
            "com.hazelcast.internal.cluster.impl.ConfigMismatchException",
            "com.hazelcast.internal.cluster.impl.MasterNodeChangedException",
            "com.hazelcast.internal.cluster.impl.VersionMismatchException",
            "com.hazelcast.internal.partition.PartitionStateVersionMismatchException",
            "com.hazelcast.internal.server.tcp.ProtocolException",
            "com.hazelcast.map.QueryResultSizeExceededException",
            "com.hazelcast.map.ReachedMaxSizeException",
            "com.hazelcast.map.impl.operation.EntryOffloadableLockMismatchException",
            "com.hazelcast.memory.NativeOutOfMemoryError",
            "[Ljava.lang.StackTraceElement;",
            "java.lang.StackTraceElement",
            "java.lang.Throwable",
            "java.lang.Exception",
            "java.lang.RuntimeException",
            "java.lang.Error",
            "java.lang.AssertionError",
            "java.lang.ClassCastException",
            "java.lang.IllegalArgumentException",
            "java.lang.IllegalMonitorStateException",
            "java.lang.IllegalStateException",
            "java.lang.IndexOutOfBoundsException",
            "java.lang.InterruptedException",
            "java.lang.LinkageError",
            "java.lang.NoClassDefFoundError",
            "java.lang.NullPointerException",
            "java.lang.OutOfMemoryError",
            "java.lang.SecurityException",
            "java.lang.StackOverflowError",
            "java.lang.UnsupportedOperationException",
            "java.lang.VirtualMachineError",
            "java.io.IOException",
            "java.io.EOFException",
            "java.io.UncheckedIOException",
            "java.util.CollSer", // the empty list of suppressed exceptions
            "java.util.ArrayList",
            "java.util.Collections$EmptyList",
            "java.util.ConcurrentModificationException",
            "java.util.NoSuchElementException",
            "java.util.concurrent.CancellationException",
            "java.util.concurrent.CompletionException",
            "java.util.concurrent.ExecutionException",
            "java.util.concurrent.RejectedExecutionException",
            "java.util.concurrent.TimeoutException");
    return filter;
  }

  private static void maps(Config config) {
    config.addMapConfig(
        new MapConfig(TABLE_PREFIX + "*")
            .setInMemoryFormat(InMemoryFormat.BINARY)
            .setBackupCount(BACKUPS)
            .setAsyncBackupCount(0)
            .setReadBackupData(false)
            .setStatisticsEnabled(false)
            .setPerEntryStatsEnabled(false)
            .setMergePolicyConfig(
                new MergePolicyConfig().setPolicy(DiscardMergePolicy.class.getName())));
    // as Vert.x wants them
    config.addMapConfig(vertx("__vertx.haInfo"));
    config.addMapConfig(vertx("__vertx.nodeInfo"));
    config.addMultiMapConfig(
        new MultiMapConfig("__vertx.subs")
            .setBackupCount(1)
            .setStatisticsEnabled(false)
            .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
  }

  private static MapConfig vertx(String name) {
    return new MapConfig(name).setBackupCount(1).setStatisticsEnabled(false);
  }
}
