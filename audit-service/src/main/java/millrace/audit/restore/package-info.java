/**
 * Brings archived records back onto a channel: a new one, never the original. Start at
 * {@link millrace.audit.restore.Restoration}.
 */
package millrace.audit.restore;
