/**
 * What the archive knows of persons: sealed in the values with a key for each, which can be destroyed. Start reading at
 * {@link millrace.audit.seal.Seal}.
 */
package millrace.audit.seal;
