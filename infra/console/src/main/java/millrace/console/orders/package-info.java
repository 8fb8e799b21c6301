/** The views of orders: their events, their state as of a moment, what the back office does, and dead letters. */
package millrace.console.orders;
