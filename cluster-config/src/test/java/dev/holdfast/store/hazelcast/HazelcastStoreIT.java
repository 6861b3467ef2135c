package dev.holdfast.store.hazelcast;

/** The contract on three members. */
class HazelcastStoreIT extends HazelcastStoreContract {
  HazelcastStoreIT() {
    super(3);
  }
}
