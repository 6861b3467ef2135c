package dev.holdfast.admin.access;

import dev.holdfast.admin.problem.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request may pass: a caller, or the problem, or both if a known caller may not do this.
 *
 * @param caller who asks, null if nobody is known
 * @param problem why not, null if it may
 */
public record Verdict(@Nullable Caller caller, @Nullable Problem problem) {}
