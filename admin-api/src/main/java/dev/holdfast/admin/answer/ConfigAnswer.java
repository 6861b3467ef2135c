package dev.holdfast.admin.answer;

import dev.holdfast.config.SharedConfig;

/**
 * {@code GET /v1/config}: the shared configuration.
 *
 * @param revision of it, also the ETag
 * @param config every key that is shared, those with defaults too
 */
public record ConfigAnswer(long revision, SharedConfig config) {}
