/**
 * The PROXY header, versions 1 and 2 of HAProxy's {@code proxy-protocol.txt}: bytes into a value
 * and back. Start at {@link dev.holdfast.gateway.header.HeaderReader} and {@link
 * dev.holdfast.gateway.header.HeaderWriter}. Pure: no socket, no state, any thread.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>Read here and not by {@code netty-codec-haproxy} (2026-11-27): its decoder works in a
 *       channel's pipeline only, and the epoll relay has none; it waits for 13 bytes before it says
 *       that they are no header; it takes fields that are cut off for data of the header and does
 *       not check CRC32c; an address becomes text and an object with a reference count. It is the
 *       second opinion of the tests.
 *   <li>A header has at most 4,096 bytes, and a line 107. Whoever sends one longer, or a byte that
 *       no header has there, is told so at that byte.
 *   <li>LOCAL, UNKNOWN and what is not TCP over IP (UDP, Unix sockets, unspecified) mean the
 *       socket's own ends, as the specification says. Fields of LOCAL are not looked at.
 *   <li>Fields must end with the header, as HAProxy wants it; a CRC32c must be right; a unique id
 *       has 128 bytes at most, names have 255.
 *   <li>A server that gets version 2 also gets the fields that came with the client's header, so
 *       that what a cloud's load balancer or a TLS proxy in front knows is not lost; the unique id
 *       is the session's, which is in log and API, where the one that came is named beside it.
 *   <li>A check says LOCAL in version 2. In version 1 it says the addresses of its own connection,
 *       as the specification recommends, since some servers refuse UNKNOWN.
 * </ul>
 */
@NullMarked
package dev.holdfast.gateway.header;

import org.jspecify.annotations.NullMarked;
