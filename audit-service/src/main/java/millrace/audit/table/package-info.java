/** The tables of the archive: their statements, and the monthly partitions of the records. */
package millrace.audit.table;
