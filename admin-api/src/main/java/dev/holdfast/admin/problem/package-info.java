/**
 * What the API says when the answer is no: problem documents of RFC 9457.
 *
 * <p>Start at {@link dev.holdfast.admin.problem.Problem}. Nothing here knows HTTP routes.
 */
@NullMarked
package dev.holdfast.admin.problem;

import org.jspecify.annotations.NullMarked;
