package dev.holdfast.store.hazelcast;

/** Tells tests of other rooms which member owns a key. */
public final class KeyOwner {
  private KeyOwner() {}

  /** True if a member owns a key, as it sees it itself. */
  public static boolean owns(StoreMember member, String key) {
    var hazelcast = member.hazelcast();
    var owner = hazelcast.getPartitionService().getPartition(key).getOwner();
    return owner != null && owner.localMember();
  }

  /** True if all rows have their backups. */
  public static boolean safe(StoreMember member) {
    return member.hazelcast().getPartitionService().isClusterSafe();
  }
}
