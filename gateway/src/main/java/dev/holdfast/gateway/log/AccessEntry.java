package dev.holdfast.gateway.log;

import dev.holdfast.gateway.header.Told;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is said of a session at its end, or from time to time while it lives.
 *
 * @param event {@code end} or {@code alive}
 * @param id of the session, unique on this node
 * @param startMs wall clock, milliseconds since 1970
 * @param listener where it came in
 * @param pool where it was to go
 * @param server where it went, or null
 * @param client the client's end
 * @param source who it is for affinity
 * @param local our end towards the server, or null
 * @param target the server's end, or null
 * @param waitMs from accept until its permits were held, -1: never
 * @param connectMs from then until connected, -1: never
 * @param totalMs from accept until its end
 * @param bytesIn from the client
 * @param bytesOut from the server
 * @param termination two letters; null while it lives
 * @param reason why it was refused, or null
 * @param proxy the end of the proxy that said who the client is, or null
 * @param told what else that proxy said
 */
public record AccessEntry(
    String event,
    String id,
    long startMs,
    ListenerName listener,
    PoolName pool,
    @Nullable ServerName server,
    InetSocketAddress client,
    Source source,
    @Nullable InetSocketAddress local,
    @Nullable InetSocketAddress target,
    long waitMs,
    long connectMs,
    long totalMs,
    long bytesIn,
    long bytesOut,
    @Nullable String termination,
    @Nullable Refusal reason,
    @Nullable InetSocketAddress proxy,
    Told told) {}
