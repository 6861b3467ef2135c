/**
 * Who is next among those that wait: sources take turns, so one that waits a thousandfold keeps
 * nobody else waiting longer than one that waits once. Within a source the first that came is the
 * first.
 *
 * <p>One class, {@link dev.holdfast.line.Line}: the ledger's waiting clients, those that wait for
 * their turn by a rate, and the places of a listener's queue are all kept in one. It holds no clock
 * and no limit of its own.
 *
 * <p>Decisions. Round robin over sources, not by how long each was served before: a source that
 * comes again begins behind those that stand, which needs no memory of who is gone. Where a queue
 * is full its longest source gives up its newest place (the rule of FQ-CoDel, RFC 8290, 4.1.3), so
 * one source cannot fill it against the others.
 */
package dev.holdfast.line;
