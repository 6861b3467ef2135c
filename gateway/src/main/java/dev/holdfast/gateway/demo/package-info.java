/**
 * A cluster on one machine to try: echo servers and nodes as separate processes, which end with the
 * process that started them, however that ends.
 *
 * <p>Start at {@link dev.holdfast.gateway.demo.Demo}. Nothing here runs a node in this process.
 *
 * <p>Decisions. 2026-11-21: a child notices that its parent is gone by the end of its standard
 * input, which the kernel closes even after kill -9; process groups and polling of parent ids were
 * rejected, the first needs native code, the second is late.
 */
@NullMarked
package dev.holdfast.gateway.demo;

import org.jspecify.annotations.NullMarked;
