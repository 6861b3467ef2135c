/** The gateway: wiring and start. */
package dev.holdfast.gateway;
