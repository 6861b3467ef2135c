/**
 * Who is there: state folder and incarnation, watch connections, roster, proof that a process is
 * gone.
 */
package dev.holdfast.members;
