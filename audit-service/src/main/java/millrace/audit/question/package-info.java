/**
 * Queries of the audit log over HTTP: all records of one order, customer or trace, and an order as of a time. Start at {@link millrace.audit.question.AuditQueries}.
 */
package millrace.audit.question;
