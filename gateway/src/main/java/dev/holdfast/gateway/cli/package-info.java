/**
 * The command line: what people and scripts type, and the exit code that they get.
 *
 * <p>Start at {@link dev.holdfast.gateway.cli.Cli}. A command that asks a node does so over its
 * admin API like any other client; only {@code run} becomes a node, through {@link
 * dev.holdfast.gateway.cli.NodeRun}. Errors are one line on the error stream.
 */
@NullMarked
package dev.holdfast.gateway.cli;

import org.jspecify.annotations.NullMarked;
