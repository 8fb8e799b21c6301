package millrace.audit.evidence;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;

/**
 * The verdict on an archive.
 *
 * @param at time of the end of the verification
 * @param upTo time up to which the log was read; {@code null} if nothing was
 * @param size number of segments in the log
 * @param checkpoints number of checkpoints on the channel that the log was compared with
 * @param findings what is wrong with the log as a whole
 * @param chains the verdict on each chain that was asked for
 */
public record VerificationResult(
        Instant at, Instant upTo, long size, long checkpoints, List<ChainFinding> findings, List<ChainVerdict> chains) {
    /** The verdict in one word. */
    public enum Status {
        OK,
        OK_WITH_GAPS,
        BROKEN,
        NOT_FINISHED
    }

    /** Number of places where the archive says that records are missing. */
    public long gaps() {
        return chains.stream().mapToLong(ChainVerdict::gaps).sum();
    }

    /** Number of entries that were signed after the broker had removed them. */
    public long unproven() {
        return chains.stream().mapToLong(ChainVerdict::unproven).sum();
    }

    @JsonProperty
    public Status status() {
        if (!findings.isEmpty() || chains.stream().anyMatch(chain -> !chain.isGood())) {
            return Status.BROKEN;
        }
        if (!chains.stream().allMatch(ChainVerdict::complete)) {
            return Status.NOT_FINISHED;
        }
        return chains.stream().anyMatch(ChainVerdict::hasGaps) ? Status.OK_WITH_GAPS : Status.OK;
    }
}
