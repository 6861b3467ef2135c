package dev.holdfast.config;

import java.nio.file.Path;

/**
 * What the shapes share while one document is read.
 *
 * @param form how the document is written
 * @param faults where faults go
 * @param host what is known of this machine
 * @param folder what relative paths start from
 * @param expectedNodes what counts where neither that number nor a list to join is given
 */
record Reading(Form form, Faults faults, Host host, Path folder, int expectedNodes) {
  /** A document of a node that is alone unless it says otherwise. */
  Reading(Form form, Faults faults, Host host, Path folder) {
    this(form, faults, host, folder, 1);
  }
}
