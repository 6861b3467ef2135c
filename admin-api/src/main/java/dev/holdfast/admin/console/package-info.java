/**
 * The files of the console, the page for people at {@code /}, and how they are served.
 *
 * <p>Start at {@link dev.holdfast.admin.console.Files}; the page itself is in the resources, folder
 * {@code console}: {@code main.js} joins the rest. The page is a client of the API like any other:
 * it knows nothing that a call does not say, and its changes pass the same gate.
 *
 * <p>Decisions. 2026-11-27: plain modules as browsers read them, no build step and no framework, so
 * that the file in the repository is the file in the browser. 2026-11-27: text reaches the page by
 * {@code textContent} alone; the policy of the answers forbids inline scripts, other origins and,
 * by trusted types, every way to make markup of a string. 2026-11-27: the token is kept in {@code
 * sessionStorage}; a cookie would be sent by other sites too. 2026-11-27: charts are uPlot, from
 * the jar of org.webjars.npm.
 */
@NullMarked
package dev.holdfast.admin.console;

import org.jspecify.annotations.NullMarked;
