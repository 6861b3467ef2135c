package dev.holdfast.loadtest.run;

/**
 * One thing that had to hold.
 *
 * @param name short
 * @param passed whether it did
 * @param detail what was seen, one line
 */
public record Check(String name, boolean passed, String detail) {}
