/**
 * System tests: several gateway processes from the runnable jar, real sockets on loopback, seen
 * only from outside. Start at {@link dev.holdfast.system.GatewayCluster}.
 */
package dev.holdfast.system;
