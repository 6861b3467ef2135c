/**
 * The configuration: one YAML file into validated records, every fault at once with its place.
 *
 * <p>Start at {@link dev.holdfast.config.SharedConfig}. Nothing here reads the network or knows
 * what the values are used for.
 */
package dev.holdfast.config;
