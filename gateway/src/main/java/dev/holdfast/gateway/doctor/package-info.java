/**
 * What a machine allows: how many sessions a node on it can hold, which limit binds first, and how
 * it is lifted.
 *
 * <p>Start at {@link dev.holdfast.gateway.doctor.Diagnosis}, pure arithmetic over {@link
 * dev.holdfast.gateway.doctor.Machine}, which reads the settings of the kernel and of this process.
 * Nothing here changes anything.
 *
 * <p>Decisions. Memory is counted as measured for idle sessions, rounded up: 1 KiB of heap for one,
 * and 8 KiB of the kernel for its two sockets; sessions whose readers are slow take more. The heap
 * is 40 % of the memory, as the launcher gives it to a node. Connections that a firewall of the
 * machine tracks are two for each session. Queues and rates are warnings: they bound how fast
 * sessions come, not how many there are.
 */
@NullMarked
package dev.holdfast.gateway.doctor;

import org.jspecify.annotations.NullMarked;
