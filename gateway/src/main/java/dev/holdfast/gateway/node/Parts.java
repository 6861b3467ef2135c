package dev.holdfast.gateway.node;

import dev.holdfast.config.Settings;
import dev.holdfast.directory.IntentDesk;
import dev.holdfast.epoch.Epochs;
import dev.holdfast.gateway.path.DataPath;
import dev.holdfast.ledger.Ledger;
import dev.holdfast.members.Members;
import dev.holdfast.store.hazelcast.StoreCalls;
import dev.holdfast.words.NodeId;

/** The parts of a running node that its answers are made from. */
record Parts(
    Settings settings,
    NodeId self,
    String version,
    Members members,
    IntentDesk desk,
    Ledger ledger,
    Epochs epochs,
    DataPath path,
    StoreCalls storeCalls) {}
