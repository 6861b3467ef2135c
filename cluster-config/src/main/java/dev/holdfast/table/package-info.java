/** The slot table, pure: hash, first table, next table, second choices. */
package dev.holdfast.table;
