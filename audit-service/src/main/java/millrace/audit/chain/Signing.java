package millrace.audit.chain;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import millrace.events.Checkpoint;
import millrace.events.Json;

/** Makes signed segments of the entries of a chain. */
public final class Signing {
    private final SigningKey key;
    private final Merkle merkle;

    public Signing(SigningKey key, Hashes hashes) {
        this.key = key;
        this.merkle = new Merkle(hashes);
    }

    /**
     * Closes a segment.
     *
     * @param leaves of all its entries, at least one
     */
    public ClosedSegment sign(Open open, List<byte[]> leaves, long nextSeq, long toOffset, byte[] head) {
        var checkpoint = new Checkpoint(
                open.channel(),
                open.partition(),
                Checkpoint.GENERATION,
                open.segment(),
                open.firstSeq(),
                nextSeq,
                open.fromOffset(),
                toOffset,
                open.life(),
                open.previousHead(),
                head,
                merkle.root(leaves),
                Locators.of(leaves),
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                key.publicKey().id());
        var json = json(checkpoint);
        return ClosedSegment.of(checkpoint, json, key.sign(json));
    }

    /** Where a segment begins. */
    public record Open(
            String channel,
            int partition,
            long segment,
            int life,
            long firstSeq,
            long fromOffset,
            byte[] previousHead) {}

    private static byte[] json(Checkpoint checkpoint) {
        try {
            return Json.MAPPER.writeValueAsBytes(checkpoint);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("No JSON for a checkpoint", e);
        }
    }
}
