/**
 * What makes the archive tamper-evident, without Kafka and without a database: canonical bytes of an entry, its hash, the
 * chain of hashes, the Merkle tree of a segment, and signatures. Start at {@link millrace.audit.chain.Hashes}.
 */
package millrace.audit.chain;
