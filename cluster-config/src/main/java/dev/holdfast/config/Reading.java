package dev.holdfast.config;

import java.nio.file.Path;

/**
 * What the shapes share while one document is read.
 *
 * @param form how the document is written
 * @param faults where faults go
 * @param host what is known of this machine
 * @param folder what relative paths start from
 */
record Reading(Form form, Faults faults, Host host, Path folder) {}
