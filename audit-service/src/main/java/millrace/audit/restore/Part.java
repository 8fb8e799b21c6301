package millrace.audit.restore;

import java.time.Instant;

/**
 * What is to be restored of one partition.
 *
 * @param records how many
 * @param firstSeq place of the first of them in the chain
 * @param lastSeq of the last
 * @param oldest timestamp among them
 */
public record Part(int partition, long records, long firstSeq, long lastSeq, Instant oldest) {}
