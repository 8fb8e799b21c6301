package millrace.audit.restore;

import java.time.Instant;

/**
 * What is to be restored of one partition.
 *
 * @param records how many
 * @param firstSeq place of the first of them in the chain
 * @param lastSeq of the last
 * @param nextOffset where the channel goes on behind the last of them, in the last life of it that they are of
 * @param oldest timestamp among them
 */
public record Part(int partition, long records, long firstSeq, long lastSeq, long nextOffset, Instant oldest) {}
