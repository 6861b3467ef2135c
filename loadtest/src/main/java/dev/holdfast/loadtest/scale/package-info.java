/**
 * A whole cluster of gateways on one machine, as large as the machine holds: every process may open
 * so many descriptors only, so gateways, servers and workers are many processes on many loopback
 * addresses.
 *
 * <p>Start at {@link dev.holdfast.loadtest.scale.ClusterHold}. Addresses: gateway i listens on
 * 127.X.(10+i).1, server i on 127.X.(100+i).1 with an X of this run, clients come from 127.128.0.0
 * and up. Everything that is started here ends with this process, servers and workers also when it
 * is killed.
 *
 * <p>What is seen: no session lost while each echoes; one server a source; the servers together
 * never above the limit, which is exactly the number of sessions, so that one more is refused; at
 * the end nothing is held any more.
 */
@NullMarked
package dev.holdfast.loadtest.scale;

import org.jspecify.annotations.NullMarked;
