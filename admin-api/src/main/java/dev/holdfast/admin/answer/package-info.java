/**
 * The answers of the admin API as records: the names of their components are the names in the JSON,
 * null is written as null, units end the names.
 *
 * <p>Start at {@link dev.holdfast.admin.answer.ClusterAnswer}. Nothing here computes.
 */
@NullMarked
package dev.holdfast.admin.answer;

import org.jspecify.annotations.NullMarked;
