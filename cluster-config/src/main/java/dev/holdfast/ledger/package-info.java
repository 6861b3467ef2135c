/** The ledger of permits. Start at {@link dev.holdfast.ledger.Admission}. */
package dev.holdfast.ledger;
