/**
 * What makes the archive tamper-evident, without Kafka and without a database: canonical bytes of an entry, its hash, the
 * tree of a segment, the tree of the log, and signed checkpoints. Start at {@link millrace.audit.evidence.tree.MerkleTree}.
 */
package millrace.audit.evidence.tree;
