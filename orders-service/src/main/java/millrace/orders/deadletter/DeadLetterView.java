package millrace.orders.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.persistence.Tuple;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;

/**
 * A dead letter over HTTP.
 *
 * @param state {@code "dead"}, {@code "parked"}, {@code "applied"}, {@code "discarded"} or {@code "erased"}
 * @param key as text, or as base64 where it is not UTF-8; in lists its first 300 bytes
 * @param body the value as text, or as base64 where it is not UTF-8; left out in lists
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record DeadLetterView(
        String id,
        String state,
        int partition,
        long offset,
        String key,
        String reason,
        int attempts,
        Instant receivedAt,
        List<DeadLetter.Attempt> history,
        String body) {

    /** A row of a list, with the beginning of its key. */
    static DeadLetterView listed(Tuple row) {
        var reason = row.get("reason", String.class);
        var resolution = row.get("resolution", String.class);
        return new DeadLetterView(
                row.get("id", String.class),
                state(resolution, reason),
                row.get("partition", Integer.class),
                row.get("offset", Long.class),
                text(row.get("key", byte[].class)),
                reason,
                row.get("attempts", Integer.class),
                row.get("received_at", OffsetDateTime.class).toInstant(),
                null,
                null);
    }

    static DeadLetterView whole(DeadLetter letter) {
        return new DeadLetterView(
                letter.id(),
                state(letter.resolution().orElse(null), letter.reason().orElse(null)),
                letter.partition(),
                letter.offset(),
                text(letter.key()),
                letter.reason().orElse(null),
                letter.attempts(),
                letter.receivedAt(),
                letter.history(),
                text(letter.value()));
    }

    private static String state(String resolution, String reason) {
        return resolution != null ? resolution : reason == null ? "parked" : "dead";
    }

    private static String text(byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException notText) {
            return Base64.getEncoder().encodeToString(bytes);
        }
    }
}
