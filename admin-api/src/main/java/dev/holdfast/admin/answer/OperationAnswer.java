package dev.holdfast.admin.answer;

import org.jspecify.annotations.Nullable;

/**
 * One operation, in {@code GET /v1/operations}.
 *
 * @param id as {@code op-17}
 * @param kind drain-server, drain-node, rebalance-servers or rebalance-nodes
 * @param target what it is about, as {@code server/chat/app-1}
 * @param state planned, running, paused, done, cancelled or failed
 * @param total sessions that it has been about so far: closed, ended and remaining
 * @param closed sessions that it ended
 * @param ended sessions that ended otherwise
 * @param remaining sessions that are still there
 * @param perSecond its pace, sessions of the whole cluster; null if it has none
 * @param reason why it is in its state, or what it waits for
 * @param by who ordered it
 * @param orderedAt when, ISO 8601
 * @param endedAt when it came to its end, or null
 * @param plan what it was to do, null before that is known
 */
public record OperationAnswer(
    String id,
    String kind,
    String target,
    String state,
    long total,
    long closed,
    long ended,
    long remaining,
    @Nullable Integer perSecond,
    @Nullable String reason,
    String by,
    String orderedAt,
    @Nullable String endedAt,
    @Nullable PlanAnswer plan) {}
