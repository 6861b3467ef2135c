/**
 * System tests: several gateway processes from the runnable jar, real sockets on loopback, seen
 * only from outside. Start at {@link dev.holdfast.system.GatewayCluster}.
 *
 * <p>They wait more than they work, so the build runs two classes at a time, each in a process of
 * its own with its own range of ports ({@link dev.holdfast.system.FreePorts}) and its own network
 * ({@link dev.holdfast.system.Namespaces}). A class that holds a pace by the second, or that fills
 * the processors, is tagged {@code alone} and runs after the others. Nodes are started with an
 * archive of their classes ({@link dev.holdfast.system.Archive}), which the first one makes.
 */
package dev.holdfast.system;
