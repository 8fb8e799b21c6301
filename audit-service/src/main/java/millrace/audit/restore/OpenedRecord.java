package millrace.audit.restore;

import millrace.audit.chain.KeptRecord;

/**
 * An archived record as its reader may see it.
 *
 * @param redacted how many parts of the value nobody can open any more, because their key is destroyed
 */
public record OpenedRecord(KeptRecord record, int redacted) {
    /** As it is archived, sealed or not. */
    public static OpenedRecord asArchived(KeptRecord record) {
        return new OpenedRecord(record, 0);
    }
}
