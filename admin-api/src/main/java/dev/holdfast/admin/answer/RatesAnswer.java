package dev.holdfast.admin.answer;

import java.util.Map;

/**
 * What flows, over the whole cluster, in the last second or two.
 *
 * @param newPerSecond clients that came, refused ones too
 * @param refusedPerSecond clients that were turned away
 * @param bytesInPerSecond from clients
 * @param bytesOutPerSecond to clients
 * @param refusedByReason refused clients a second, by reason; without zeros
 */
public record RatesAnswer(
    double newPerSecond,
    double refusedPerSecond,
    double bytesInPerSecond,
    double bytesOutPerSecond,
    Map<String, Double> refusedByReason) {}
