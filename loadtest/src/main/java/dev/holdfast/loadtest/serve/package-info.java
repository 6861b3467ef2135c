/**
 * The app servers of a load test: they say their name, then send back or take what comes, and count
 * what a real server would see.
 *
 * <p>Start at {@link dev.holdfast.loadtest.serve.Servers}. Whether a limit holds is judged here and
 * not at the clients: a session counts from accept until this side closes, and is counted out
 * before the close can be seen, so the most at once is never too high by the order of events here.
 * {@link dev.holdfast.loadtest.serve.Tally} can live in a file that several processes map, so that
 * the most at once over all of them is exact too.
 */
@NullMarked
package dev.holdfast.loadtest.serve;

import org.jspecify.annotations.NullMarked;
