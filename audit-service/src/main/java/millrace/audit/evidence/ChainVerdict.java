package millrace.audit.evidence;

/**
 * The verdict on the chain of a channel's partition.
 *
 * @param entries number of entries that were compared with their signed segment
 * @param segments number of segments
 * @param compared number of records that the broker still has and that were compared with it
 * @param redacted how many of these were compared without their encrypted parts, because the key is destroyed or not here
 * @param gaps number of places where the chain says that records are missing, or that the topic is another one
 * @param unproven number of entries that were signed after the broker had removed them
 * @param removed number of entries that retention has removed
 * @param unsigned number of entries that no checkpoint covers yet
 * @param finding the first thing that is wrong; {@code null} if nothing is
 * @param complete false if the time was over before the end
 * @param note {@code null} if there is none
 */
public record ChainVerdict(
        String channel,
        int partition,
        long entries,
        long segments,
        long compared,
        long redacted,
        long gaps,
        long unproven,
        long removed,
        long unsigned,
        ChainFinding finding,
        boolean complete,
        String note) {
    /** True if nothing is wrong with what was verified. */
    public boolean isGood() {
        return finding == null;
    }

    /** True if the archive cannot prove all that was on the channel. */
    public boolean hasGaps() {
        return gaps > 0 || unproven > 0;
    }
}
