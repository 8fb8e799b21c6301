package millrace.audit.verify;

/**
 * What was found out about the chain of a channel's partition.
 *
 * @param entries that were hashed
 * @param segments that were compared with their signed checkpoints
 * @param compared records that the broker still holds and that were compared with the archive
 * @param redacted how many of these were compared without what is sealed, because its key is destroyed or not here
 * @param finding the first thing that is wrong; {@code null} where all is as it was
 * @param complete whether all that was asked for was looked at; else the time was over
 * @param note what to know besides; {@code null} where there is nothing
 */
public record ChainVerdict(
        String channel,
        int partition,
        long entries,
        long segments,
        long compared,
        long redacted,
        ChainFinding finding,
        boolean complete,
        String note) {
    /** Nothing is wrong with what was looked at. */
    public boolean isGood() {
        return finding == null;
    }
}
