package dev.holdfast.admin.answer;

/**
 * What flows, over the whole cluster, in the last second or two.
 *
 * @param newPerSecond clients that came, refused ones too
 * @param refusedPerSecond clients that were turned away
 * @param bytesInPerSecond from clients
 * @param bytesOutPerSecond to clients
 */
public record RatesAnswer(
    double newPerSecond,
    double refusedPerSecond,
    double bytesInPerSecond,
    double bytesOutPerSecond) {}
