/** The admin API. */
package dev.holdfast.admin;
