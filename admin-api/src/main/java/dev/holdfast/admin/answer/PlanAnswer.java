package dev.holdfast.admin.answer;

import java.util.List;
import java.util.Map;

/**
 * What an operation will do or was to do, by the state of the moment at which it was planned.
 *
 * @param sessions that it is about
 * @param slots that move to other servers
 * @param from sessions that leave each server or node
 * @param to sessions that each server or node is expected to get
 * @param maxOverMean the largest against the mean of those in use, by weight: before and after
 */
public record PlanAnswer(
    long sessions,
    int slots,
    Map<String, Long> from,
    Map<String, Long> to,
    List<Double> maxOverMean) {}
