package dev.holdfast.config;

import dev.holdfast.words.NodeName;
import dev.holdfast.words.OnPartition;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration: its keys, shapes, rules and defaults, said once. Parsing, the JSON of
 * the admin API, the stored rows and the published JSON Schema all follow from it.
 */
final class Schema {
  /**
   * The group {@code cluster}.
   *
   * @param name the cluster; of one node
   * @param join the others; of one node
   */
  record Cluster(
      @Nullable String name,
      @Nullable Join join,
      int expectedNodes,
      OnPartition onPartition,
      Duration lease) {}

  static final Key<Cluster, String> CLUSTER_NAME =
      Key.<Cluster, String>of(
              "name",
              Leaves.name(text -> new NodeName(text).value()),
              Cluster::name,
              "holdfast",
              "which cluster; nodes of another name are turned away")
          .ofOneNode();
  static final Key<Cluster, Join> JOIN =
      Key.<Cluster, Join>of(
              "join",
              new Join.JoinShape(),
              Cluster::join,
              Join.ALONE,
              "where the other nodes are; none: a cluster of one")
          .ofOneNode();
  static final Key<Cluster, Integer> EXPECTED_NODES =
      Key.computed(
          "expected-nodes",
          Leaves.whole(1, 1000),
          Cluster::expectedNodes,
          "the length of join, or 1",
          "the majority is counted from it");
  static final Key<Cluster, OnPartition> ON_PARTITION =
      Key.of(
          "on-partition",
          Leaves.choice(OnPartition.class),
          Cluster::onPartition,
          OnPartition.AVAILABLE,
          "what a node that is cut off holds sacred: the limit or admission");
  static final Key<Cluster, Duration> LEASE =
      Key.of(
          "lease",
          Leaves.duration(Duration.ofSeconds(3), Duration.ofHours(1)),
          Cluster::lease,
          Duration.ofSeconds(10),
          "how long a node counts as in contact after it was last heard");
  static final Group<Cluster> CLUSTER_GROUP =
      new Group<>(
          List.of(CLUSTER_NAME, JOIN, EXPECTED_NODES, ON_PARTITION, LEASE),
          Schema::cluster,
          Contradictions::tooFewExpected);

  static final Key<SharedConfig, NodeSettings> NODE =
      Key.<SharedConfig, NodeSettings>group(
              "node", NodeKeys.NODE, shared -> null, "what belongs to this node alone")
          .ofOneNode();
  static final Key<SharedConfig, Cluster> CLUSTER =
      Key.group(
          "cluster",
          CLUSTER_GROUP,
          shared ->
              new Cluster(null, null, shared.expectedNodes(), shared.onPartition(), shared.lease()),
          "the cluster");
  static final Key<SharedConfig, PoolKeys.Limit> LIMITS =
      Key.group(
          "limits",
          PoolKeys.LIMIT,
          shared -> new PoolKeys.Limit(shared.sessions()),
          "limits of the whole cluster");
  static final Key<SharedConfig, List<ListenerConfig>> LISTENERS =
      Key.required(
          "listeners",
          new Listing<>(ListenerKeys.LISTENER, 1, 256, false),
          SharedConfig::listeners,
          "where clients connect; the order means nothing");
  static final Key<SharedConfig, List<PoolConfig>> POOLS =
      Key.required(
          "pools",
          new Listing<>(PoolKeys.POOL, 1, 256, false),
          SharedConfig::pools,
          "servers that offer the same service; the order means nothing");

  /** The whole document. */
  static final Group<SharedConfig> DOCUMENT =
      new Group<>(
          List.of(NODE, CLUSTER, LIMITS, LISTENERS, POOLS), Schema::shared, Contradictions::all);

  private Schema() {}

  private static Cluster cluster(Values values) {
    Join join = values.find(JOIN).orElse(Join.ALONE);
    int named = join.members().isEmpty() ? values.reading().expectedNodes() : join.members().size();
    return new Cluster(
        values.find(CLUSTER_NAME).orElse(null),
        join,
        values.find(EXPECTED_NODES).orElse(named),
        values.get(ON_PARTITION),
        values.get(LEASE));
  }

  private static SharedConfig shared(Values values) {
    Cluster cluster = values.get(CLUSTER);
    return new SharedConfig(
        cluster.expectedNodes(),
        cluster.onPartition(),
        cluster.lease(),
        values.get(LIMITS).sessions(),
        values.get(LISTENERS),
        values.get(POOLS));
  }

  /** What a file without faults says. */
  static Settings settings(Values values) {
    NodeSettings node = values.get(NODE);
    Cluster cluster = values.get(CLUSTER);
    Join join = cluster.join();
    ClusterSettings where =
        new ClusterSettings(cluster.name(), join.members(), join.dnsAddress(node.member().port()));
    return new Settings(node, where, shared(values));
  }
}
