package millrace.events;

import java.time.Instant;
import java.util.List;

/**
 * An event that the edge has rejected. Channel {@code rejected-events}, keyed by source.
 *
 * @param eventId id of the sender where it could be read, else one of the edge's own
 * @param path of the request, for example {@code "/v1/batch"}
 * @param index position in the batch, from 0
 * @param reasons every fault that was found, a sentence each
 * @param original bytes as they were received, at most 32 KiB of them; base64 in JSON
 */
public record EventRejected(
        String eventId,
        String source,
        String path,
        int index,
        List<String> reasons,
        byte[] original,
        Instant receivedAt) {}
