/** What the nodes say of themselves, and the configuration that they share. */
package dev.holdfast.directory;
