package millrace.audit.chain;

import millrace.events.Checkpoint;

/**
 * Consecutive entries of a chain that are closed, and what is published of them.
 *
 * @param checkpoint JSON of a {@link Checkpoint}: the bytes that are signed
 */
public record Segment(
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
    static Segment of(Checkpoint checkpoint, byte[] json, byte[] signature) {
        return new Segment(
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
