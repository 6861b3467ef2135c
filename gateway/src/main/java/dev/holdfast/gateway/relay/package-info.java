/**
 * Two sockets of a session and the bytes between them.
 *
 * <p>Start at {@link dev.holdfast.gateway.relay.Relay}: one a loop, it opens doors (listening
 * sockets), and each accepted client comes as a {@link dev.holdfast.gateway.relay.Link}. Nothing
 * here knows listeners, pools, limits or routes; a link does what its owner orders and tells it
 * what happened to the sockets.
 *
 * <p>There are two kinds ({@link dev.holdfast.gateway.relay.RelayKind}), and one contract suite for
 * both: sockets in the loop's own epoll for plain TCP on Linux, and Netty channels for everything
 * else. What the events of one side mean for the other is the same for both ({@link
 * dev.holdfast.gateway.relay.TwoSidedLink}); a kind brings its sockets ({@link
 * dev.holdfast.gateway.relay.Side}). The JVM property {@code holdfast.relay} ({@code epoll} or
 * {@code netty}) forces one, to compare them.
 *
 * <p>An owner that must see the first bytes to decide (a PROXY header, a server name) asks for them
 * ({@code readFirst}), takes away what was meant for it ({@code skipFirst}), and connects then; one
 * that has something to say to the server first gives it to {@code start}. Both kinds serve both.
 *
 * <p>State and who writes it: a link and its sides belong to one loop, which also owns the buffer,
 * the list of sides that have more to move, and the attempts to connect. Shared between loops is
 * only {@link dev.holdfast.gateway.relay.RelayMemory}, by atomic adds; what a side added it takes
 * away when it closes, which happens once. A loop that stands still for long finds its timers due
 * and its edges waiting: nothing is lost, connects that took too long fail.
 *
 * <p>Decisions for both. A side that has bytes pending stops the reads of the other, so a session
 * holds one buffer each way. A reset is sent when the kernel says ({@code TCP_INFO}) that the bytes
 * before it were acknowledged, at the latest after five seconds. A reader that was slow once is
 * read for again as soon as it took everything, however short the node's memory is: it must not
 * wait for readers that may never read. An owner that throws ends its own link and no other.
 *
 * <p>Of the epoll kind. Registered once, for edges, and never changed: an edge is remembered until
 * a read found the socket empty. One buffer a loop; bytes are copied only when a reader does not
 * take them. After 512 KiB of bulk, of whatever sessions, epoll is asked again, and sides that have
 * more take turns, so that small messages wait for no more than that. A read takes 64 KiB, or 256
 * KiB once one was filled and as long as the other side takes all of it: each read and each send
 * wakes an end on another core, which costs more than to copy the bytes.
 *
 * <p>A side that took 2 MiB reads a stream, until a sweep finds that nothing of the kind came any
 * more. The kernel may hold as much for it, where others have 128 KiB, and pages are passed on
 * through the loop's {@link dev.holdfast.gateway.relay.Pipe}, uncopied. Both belong together: to be
 * full after each 128 KiB costs a wake-up and a copy of the rest, and then nothing is won by the
 * pages. What the kernel may hold is lent out of as much memory as {@link
 * dev.holdfast.gateway.relay.RelayMemory} has for bytes of ours.
 *
 * <p>Sockets are opened by tasks, never while events are handled: a new one could get the
 * descriptor of one that was closed a moment before, and the events meant for it. What only a
 * session that lasts needs is set when it has lasted: Nagle's delay can hit the second segment
 * first, so its option is set before that (a first one of more than 512 bytes counts as several),
 * with keepalive and the mark for bytes not sent; the sweep sets them for those that stay silent.
 * Accepted sockets inherit all of it.
 *
 * <p>System calls of a short session (connect, one byte there and back, close), beside HAProxy 2.6,
 * which needs 18 and a vain accept for each burst:
 *
 * <table>
 * <caption>Calls</caption>
 * <tr><th>call</th><th>ours</th><th>HAProxy</th><th>why</th></tr>
 * <tr><td>accept4</td><td>1</td><td>1</td><td>the client</td></tr>
 * <tr><td>socket, connect</td><td>2</td><td>2</td><td>the server</td></tr>
 * <tr><td>fcntl</td><td>0</td><td>1</td><td>ours is made non-blocking</td></tr>
 * <tr><td>setsockopt</td><td>0</td><td>2</td><td>inherited, or not needed yet</td></tr>
 * <tr><td>getsockname</td><td>3</td><td>0</td><td>two by Netty, which asks each socket for its
 * family; one for the log, for the count of local ports, and against a connection to itself</td></tr>
 * <tr><td>epoll_ctl</td><td>2</td><td>3</td><td>one for each socket</td></tr>
 * <tr><td>recv, send</td><td>4 + 2</td><td>4 + 2</td><td>two bytes, two ends; no vain one</td></tr>
 * <tr><td>shutdown, close</td><td>1 + 2</td><td>1 + 2</td><td>the second FIN is sent by the
 * close</td></tr>
 * </table>
 *
 * <p>Of the Netty kind. One read a wake-up, as large as the last reads suggest. A socket that must
 * not be read now is registered for edges only ({@link dev.holdfast.gateway.relay.QuietLoop}); a
 * reset costs one read of it, uninvited, which counts as pending, and so does a FIN while nothing
 * is relayed yet.
 *
 * <p>What it costs, beside HAProxy and the epoll kind (2026-11-28, {@code loadtest compare
 * --side-by-side --rounds 10 --warm 20s --measure 600ms --only churn,echo --log on --peers
 * haproxy,holdfast,netty --holdfast-java netty=-Dholdfast.relay=netty}; memory of an idle session:
 * an earlier run): most of it is Netty's set-up of two channels.
 *
 * <table>
 * <caption>Cost</caption>
 * <tr><th></th><th>HAProxy</th><th>epoll</th><th>Netty</th></tr>
 * <tr><td>CPU of a short session</td><td>58.4 us</td><td>1.02x</td><td>1.58x (1.27-1.68)</td></tr>
 * <tr><td>CPU of an echo of 64 bytes</td><td>9.30 us</td><td>0.94x</td><td>1.01x (0.93-1.06)</td></tr>
 * <tr><td>memory of an idle session</td><td>3.3 kB</td><td>0.6 kB</td><td>2.7 kB</td></tr>
 * </table>
 */
@NullMarked
package dev.holdfast.gateway.relay;

import org.jspecify.annotations.NullMarked;
