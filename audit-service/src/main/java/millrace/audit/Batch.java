package millrace.audit;

import java.util.List;
import millrace.audit.chain.KeptRecord;

/**
 * What is kept in one transaction.
 *
 * @param rows of all records of the stretches, in their order, sealed and not yet numbered
 */
record Batch(List<Stretch> stretches, List<KeptRecord> rows) {}
