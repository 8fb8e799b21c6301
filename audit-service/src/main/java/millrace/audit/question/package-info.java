/**
 * The questions that people ask an audit log, over HTTP: everything about one order, one customer or one trace, and an
 * order as of a moment. Start at {@link millrace.audit.question.Questions}.
 */
package millrace.audit.question;
