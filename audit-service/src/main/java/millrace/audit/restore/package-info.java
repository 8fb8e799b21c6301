/**
 * Publishes archived records on a new channel, never on the original one. Start at
 * {@link millrace.audit.restore.RestoreJob}.
 */
package millrace.audit.restore;
