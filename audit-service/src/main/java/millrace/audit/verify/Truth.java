package millrace.audit.verify;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import millrace.audit.chain.ClosedSegment;
import millrace.audit.chain.Ed25519;
import millrace.audit.chain.Hashes;
import millrace.audit.verify.ChainFinding.Kind;
import millrace.events.Checkpoint;

/**
 * What a segment was when it was signed: by the channel. Before it is there, and after the platform has removed it where it
 * does that, by the signature in the database.
 */
final class Truth {
    /** How long a checkpoint may take from the database to the channel. */
    private static final Duration PUBLISHED_WITHIN = Duration.ofSeconds(60);

    private final ChainName chain;
    private final Published published;
    private final Ed25519 key;
    private final Optional<Duration> kept;

    /** @param kept how long the platform keeps checkpoints on the channel; empty is for ever */
    Truth(ChainName chain, Published published, Ed25519 key, Optional<Duration> kept) {
        this.chain = chain;
        this.published = published;
        this.key = key;
        this.kept = kept;
    }

    /** One of the two. */
    record Answer(Checkpoint checkpoint, ChainFinding finding) {
        static Answer wrong(Kind kind, long segment, String sentence) {
            return new Answer(null, new ChainFinding(kind, null, null, segment, sentence.formatted(segment)));
        }
    }

    /** @param row of the segment in the database, where there is one */
    Answer of(long segment, Optional<ClosedSegment> row) {
        if (published.forged(chain, segment).isPresent()) {
            return Answer.wrong(
                    Kind.CHECKPOINT_FORGED,
                    segment,
                    "audit-checkpoints has a checkpoint of segment %d that is not signed with this key");
        }
        var genuine = published.genuine(chain, segment);
        if (genuine.isPresent()) {
            var bytes = row.map(ClosedSegment::checkpoint)
                    .filter(json -> Arrays.equals(
                            Hashes.sha256().digest(json), genuine.get().hash()))
                    .orElseGet(() -> published.bytes(genuine.get()));
            return new Answer(Published.parse(bytes).orElseThrow(), null);
        }
        return row.map(this::unpublished).orElseGet(() -> missing(segment));
    }

    private Answer unpublished(ClosedSegment row) {
        var checkpoint = Published.parse(row.checkpoint());
        if (checkpoint.isEmpty() || !key.verifies(row.checkpoint(), row.signature())) {
            return Answer.wrong(
                    Kind.CHECKPOINT_FORGED,
                    row.segment(),
                    "the database has a checkpoint of segment %d that is not signed with this key");
        }
        return isNew(row, checkpoint.get()) || isExpired(checkpoint.get())
                ? new Answer(checkpoint.get(), null)
                : missing(row.segment());
    }

    private boolean isNew(ClosedSegment row, Checkpoint checkpoint) {
        return row.segment() > published.last(chain)
                && Instant.now().isBefore(checkpoint.at().plus(PUBLISHED_WITHIN));
    }

    private boolean isExpired(Checkpoint checkpoint) {
        return kept.map(time -> checkpoint.at().plus(time).isBefore(Instant.now()))
                .orElse(false);
    }

    private static Answer missing(long segment) {
        return Answer.wrong(Kind.CHECKPOINT_MISSING, segment, "audit-checkpoints has no checkpoint of segment %d");
    }
}
