/**
 * The commands {@code holdfast loadtest …}. Start at {@link dev.holdfast.loadtest.cli.Cli}.
 *
 * <p>Exit codes: 0 everything held; 1 a check failed, and the last line says which; 2 it could not
 * be run; 64 usage.
 */
@NullMarked
package dev.holdfast.loadtest.cli;

import org.jspecify.annotations.NullMarked;
