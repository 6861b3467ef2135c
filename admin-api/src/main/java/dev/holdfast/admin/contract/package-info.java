/**
 * The contract of the API, {@code openapi.yaml}, as the program reads it: which operations there
 * are, who may call them, and what a request must look like.
 *
 * <p>Start at {@link dev.holdfast.admin.contract.Contract}. The document is the source: routes are
 * mounted from it, roles, parameters, sizes and bodies are checked by it, and it is served as it
 * is. An operation without code, or code without an operation, does not start.
 *
 * <p>Decisions. 2026-11-27: the schemas are checked by vertx-json-schema through vertx-openapi, the
 * walk over a request is ours: the library's stops at the first wrong parameter, decodes what was
 * decoded already and knows no media types but JSON and a few. It is given a copy in which problem
 * documents are JSON and what it does not know is left out. 2026-11-27: {@code x-expected} beside a
 * schema is the rule in words; without it the rule is read from the schema.
 */
@NullMarked
package dev.holdfast.admin.contract;

import org.jspecify.annotations.NullMarked;
