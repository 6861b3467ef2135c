/**
 * The configuration: one YAML file into validated records, every fault at once with its place.
 *
 * <p>Start at {@link dev.holdfast.config.ConfigFile} (files), {@link
 * dev.holdfast.config.ConfigJson} (requests and rows) and {@link dev.holdfast.config.SharedConfig}
 * (the result). {@code Schema}, {@code NodeKeys}, {@code ListenerKeys} and {@code PoolKeys} say
 * every key once: name, shape, default, owner. A text becomes a {@code Tree}, the shapes read it
 * into {@code Values} with their places, {@code Contradictions} looks at what concerns several
 * values, and only a document without faults is made into records. Nothing here reads the network
 * or knows what the values are used for.
 *
 * <p>Decisions (2026-11-21): one declaration drives parser, JSON, rows and the published schema
 * (rejected: a hand-written schema beside the parser). YAML is only composed into nodes, never into
 * objects of its tags. Merge keys ({@code <<}) are no part of the format; anchors are. A stored
 * configuration ignores unknown keys, a request does not.
 */
package dev.holdfast.config;
