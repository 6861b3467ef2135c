package dev.holdfast.admin.answer;

/**
 * {@code GET /v1/caller}: who asks, as the answering node knows it.
 *
 * @param name of the token; {@code local} without tokens
 * @param role viewer or operator
 * @param tokens the API asks for tokens
 */
public record CallerAnswer(String name, String role, boolean tokens) {}
