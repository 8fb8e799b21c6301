/** The tables of the archive: statements, and the months that its records are partitioned by. */
package millrace.audit.table;
