/**
 * What this node measures of servers: a check of each from time to time, what sessions tell of
 * them, and its vote.
 *
 * <p>Start at {@link dev.holdfast.gateway.health.HealthChecks}; the life of one server's checks is
 * in {@code ServerCheck}, one check in {@code Attempt}. A vote is this node's alone; what the
 * cluster makes of the votes is decided elsewhere.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>The first result decides at once, so a node that has just started neither sends clients to
 *       a dead server for {@code fall} intervals nor holds back a good one.
 *   <li>Checks run on a thread of their own (2026-11-27): on a session loop that is saturated every
 *       server would time out. At most 256 are under way at once. Rejected: the Vert.x client,
 *       which has no address of ours for each connection.
 *   <li>A check ends by a reset where nothing is under way, as HAProxy's do: no port of ours stays
 *       in TIME_WAIT.
 *   <li>Checks go out from each of the pool's source addresses in turn. One that fails where the
 *       next succeeds is left out; DOWN takes a failure from each that is in use.
 *   <li>Sessions that fail one after the other are a verdict where checks are wrong (another port,
 *       a server behind a proxy of its own). For the next ten seconds checks count for nothing, or
 *       they would take it back at once.
 *   <li>A lack of descriptors or ports, or a file of certificates that cannot be read, says nothing
 *       of a server.
 *   <li>Periods vary by a tenth, so that the nodes' checks of one server drift apart.
 * </ul>
 *
 * <p>Cost, measured by {@code HealthFigures} (tests; 2 cores, Debian, JDK 17, servers on loopback,
 * each checked every 2 s): 2,000 servers take 10 % of a core by tcp and 15 % by http (99 and 148 us
 * a check), 10,000 take 25 % and 36 % (50 and 72 us; the machine code is warmer then). All of it is
 * on the thread of the checks; session loops pay nothing.
 *
 * <p>State belongs to the loop of the checks; votes and results may be read by anybody. Nothing is
 * kept over a restart, and nothing is shared: a node that sleeps finds its timers late and checks
 * again, one that dies takes its votes with its row.
 */
@NullMarked
package dev.holdfast.gateway.health;

import org.jspecify.annotations.NullMarked;
