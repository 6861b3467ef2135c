package dev.holdfast.store.hazelcast;

/** The contract on one member. */
class HazelcastStoreTest extends HazelcastStoreContract {
  HazelcastStoreTest() {
    super(1);
  }
}
