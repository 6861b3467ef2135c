package dev.holdfast.admin.answer;

import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import org.jspecify.annotations.Nullable;

/**
 * One live session.
 *
 * @param id unique in the cluster, also after a restart: the node, {@code ~}, the id of the log
 * @param node that holds it
 * @param listener where it came in
 * @param pool where it goes
 * @param server that serves it, null while it has none
 * @param state where it is, as {@code RELAYING}
 * @param client the client's end, {@code ip:port}
 * @param source who it is for affinity
 * @param local our end towards the server, or null
 * @param target the server's end, or null
 * @param ageMs since accept
 * @param idleMs since the last byte
 * @param bytesIn from the client
 * @param bytesOut from the server
 * @param proxy the end of the proxy that said by a header who the client is, or null
 * @param uniqueId what that proxy calls the connection, or null
 * @param authority the host that the client asked that proxy for, or null
 */
public record SessionAnswer(
    String id,
    NodeName node,
    ListenerName listener,
    PoolName pool,
    @Nullable ServerName server,
    String state,
    String client,
    Source source,
    @Nullable String local,
    @Nullable String target,
    long ageMs,
    long idleMs,
    long bytesIn,
    long bytesOut,
    @Nullable String proxy,
    @Nullable String uniqueId,
    @Nullable String authority) {}
