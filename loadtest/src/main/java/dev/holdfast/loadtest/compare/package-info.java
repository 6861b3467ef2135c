/**
 * Several proxies on the same work in one run, and what each costs beside the first.
 *
 * <p>Start at {@link dev.holdfast.loadtest.compare.Comparison}; {@link
 * dev.holdfast.loadtest.compare.Bout} is one proxy in one round, {@link
 * dev.holdfast.loadtest.compare.Table} what is printed.
 *
 * <p>What makes it fair: the proxy has one core for itself and load and servers the other; each
 * round starts every proxy anew and in another order, and a ratio is taken within a round, where
 * the machine was the same; all have affinity by source, limits, health checks where they have
 * them, one thread, and the access log on or off together. Each is warmed by the same work before
 * it is measured. CPU is of the proxy's process from {@code /proc}, so the other core cannot make a
 * proxy look good; throughput and latency mean something only where the proxy was the bottleneck,
 * which is why its share of the core is printed.
 */
@NullMarked
package dev.holdfast.loadtest.compare;

import org.jspecify.annotations.NullMarked;
