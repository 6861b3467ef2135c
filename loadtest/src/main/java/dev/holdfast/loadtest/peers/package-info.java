/**
 * Other programs of a comparison: proxies, and tools that ask a second time. Each is started as its
 * manual says, with the same fronts, servers and limits, affinity by source, one thread, its access
 * log on or off like the others'.
 *
 * <p>Start at {@link dev.holdfast.loadtest.peers.Peer}. {@link dev.holdfast.loadtest.peers.Kernel}
 * reads what a process costs; it never asks the process itself, except a Java machine for its heap.
 *
 * <p>A process that was started here ends with {@link dev.holdfast.loadtest.peers.Running#close},
 * and when this process is told to end; if it is killed by force, the proxies live on and are found
 * by their configuration in the temporary folder.
 */
@NullMarked
package dev.holdfast.loadtest.peers;

import org.jspecify.annotations.NullMarked;
