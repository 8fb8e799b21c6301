package millrace.audit.restore;

import java.time.Instant;

/**
 * The records of one partition that are to be restored.
 *
 * @param records number of records
 * @param firstSeq number of the first record in the chain
 * @param lastSeq number of the last record in the chain
 * @param oldest smallest timestamp
 */
public record RestorePartition(int partition, long records, long firstSeq, long lastSeq, Instant oldest) {}
