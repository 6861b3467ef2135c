package dev.holdfast.gateway.session;

import dev.holdfast.gateway.header.Told;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A session as it was when somebody looked.
 *
 * @param id unique on this node, also after a restart
 * @param state where it is
 * @param listener where it came in
 * @param pool where it goes
 * @param server null while it has none
 * @param client the client's end
 * @param source who it is for affinity
 * @param local our end towards the server, or null
 * @param target the server's end, or null
 * @param ageMs since accept
 * @param idleMs since the last byte
 * @param bytesIn from the client
 * @param bytesOut from the server
 * @param proxy the end of the proxy that said who the client is, or null
 * @param told what else that proxy said
 */
public record SessionView(
    String id,
    SessionState state,
    ListenerName listener,
    PoolName pool,
    @Nullable ServerName server,
    InetSocketAddress client,
    Source source,
    @Nullable InetSocketAddress local,
    @Nullable InetSocketAddress target,
    long ageMs,
    long idleMs,
    long bytesIn,
    long bytesOut,
    @Nullable InetSocketAddress proxy,
    Told told) {}
