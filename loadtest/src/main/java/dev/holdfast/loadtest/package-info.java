/**
 * The load test of the gateway, seen from outside: it knows sockets, processes and what is written
 * in the contract, and no class of the gateway.
 *
 * <p>Rooms, from the ground: {@code words} (what people type), {@code io} (sockets), {@code
 * measure} (counts and times), {@code drive} (clients), {@code crew} (processes that share a load),
 * {@code serve} (servers), {@code run} (from plan to verdict), {@code report}, {@code peers} (other
 * proxies), {@code compare}, {@code scale} (a whole cluster), {@code cli}. Start at {@link
 * dev.holdfast.loadtest.Main}.
 */
@NullMarked
package dev.holdfast.loadtest;

import org.jspecify.annotations.NullMarked;
