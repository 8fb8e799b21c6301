package millrace.audit.restore;

/**
 * What is to be restored of one partition.
 *
 * @param records how many
 * @param firstSeq place of the first of them in the chain
 * @param lastSeq of the last
 */
public record Part(int partition, long records, long firstSeq, long lastSeq) {}
