package millrace.audit.seal;

import millrace.audit.table.ArchivedRecord;

/**
 * An archived record as its reader may see it, decrypted or not.
 *
 * @param redacted number of parts of the value that cannot be decrypted, because their key is destroyed
 */
public record DecryptedRecord(ArchivedRecord record, int redacted) {
    /** The record with the value as it is archived. */
    public static DecryptedRecord asArchived(ArchivedRecord record) {
        return new DecryptedRecord(record, 0);
    }
}
