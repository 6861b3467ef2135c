/**
 * Many processes, here and on other machines, that carry out one plan together.
 *
 * <p>Start at {@link dev.holdfast.loadtest.crew.Workers}, which steers, and {@link
 * dev.holdfast.loadtest.crew.WorkerDoor}, which is steered. They speak JSON lines over TCP:
 *
 * <pre>
 * worker      {"holdfast":"loadtest worker","version":1,"nonce":N}
 * controller  {"nonce":M,"proof":HMAC(token, "controller" N M)}
 * worker      {"proof":HMAC(token, "worker" M N)}       or {"error":"…"} and the end
 * controller  {"do":"plan","plan":{…}} "start" "sample" "seen" "stop" "over"
 * worker      an answer to each, or {"error":"…"}
 * </pre>
 *
 * <p>Both show that they know the token without sending it. What follows is neither secret nor
 * signed, so workers belong into a private network. Lines, sessions and waits are bounded; a worker
 * serves one controller at a time, and when that is silent for {@link
 * dev.holdfast.loadtest.crew.WorkerDoor#SILENCE} or gone, the load ends: nobody can leave one
 * running. Each worker has its own idea of what is near enough to be loaded.
 *
 * <p>State: a worker's drive belongs to the thread that serves the controller. A plan that comes
 * twice replaces the first. A worker that dies ends the run with an error; its sessions die with
 * it.
 */
@NullMarked
package dev.holdfast.loadtest.crew;

import org.jspecify.annotations.NullMarked;
