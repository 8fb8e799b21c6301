package millrace.audit.chain;

import java.util.Optional;
import millrace.events.Channels;
import millrace.events.Checkpoint;

/**
 * Consecutive entries of a chain that are closed, and what is published of them.
 *
 * @param checkpoint JSON of a {@link Checkpoint}: the bytes that are signed
 */
public record ClosedSegment(
        String channel,
        int partition,
        long segment,
        int life,
        long firstSeq,
        long nextSeq,
        long fromOffset,
        long toOffset,
        byte[] head,
        byte[] checkpoint,
        byte[] signature) {
    /** The same as it was signed, whatever the row says; empty where it is not signed with that key. */
    public Optional<ClosedSegment> signed(Ed25519 key) {
        if (!key.verifies(checkpoint, signature)) {
            return Optional.empty();
        }
        var said = Channels.AUDIT_CHECKPOINTS.value().deserializer().deserialize("", checkpoint);
        return Optional.of(of(said, checkpoint, signature));
    }

    static ClosedSegment of(Checkpoint checkpoint, byte[] json, byte[] signature) {
        return new ClosedSegment(
                checkpoint.channel(),
                checkpoint.partition(),
                checkpoint.segment(),
                checkpoint.life(),
                checkpoint.firstSeq(),
                checkpoint.nextSeq(),
                checkpoint.fromOffset(),
                checkpoint.toOffset(),
                checkpoint.head(),
                json,
                signature);
    }
}
