package millrace.events;

import java.time.Instant;
import java.util.List;

/**
 * What the edge could not accept. Channel {@code rejected-events}, keyed by source.
 *
 * @param eventId the sender's id where it could be read, else one of the edge's own
 * @param path where it was sent to, for example {@code "/v1/batch"}
 * @param index place in the batch, from 0
 * @param reasons every fault that was found, a sentence each
 * @param original the bytes as they came, at most 32 KiB of them; base64 in JSON
 */
public record EventRejected(
        String eventId,
        String source,
        String path,
        int index,
        List<String> reasons,
        byte[] original,
        Instant receivedAt) {}
