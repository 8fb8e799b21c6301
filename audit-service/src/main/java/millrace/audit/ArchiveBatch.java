package millrace.audit;

import java.util.List;
import millrace.audit.table.ArchivedRecord;

/**
 * Records of several partitions that are appended in one transaction.
 *
 * @param rows the records of all batches, in the same order, encrypted and not yet numbered
 */
record ArchiveBatch(List<PartitionBatch> batches, List<ArchivedRecord> rows) {}
