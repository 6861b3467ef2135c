/**
 * Inputs for fuzzers, made of those in {@code src/test/resources/corpus}. A build tries some; so
 * many tries {@code mvn test -Dtest='*FuzzTest' -Dholdfast.fuzz=1000000}. jqwik says the seed of a
 * failure and tries it first the next time.
 */
package dev.holdfast.fuzz;
