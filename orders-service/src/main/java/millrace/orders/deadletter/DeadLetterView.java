package millrace.orders.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/**
 * A dead letter over HTTP.
 *
 * @param state {@code "dead"}, {@code "parked"}, {@code "applied"} or {@code "discarded"}
 * @param key as text, or as base64 where it is none
 * @param body the same of the value; left out where many are listed
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
        List<DeadLetter.Attempt> story,
        String body) {

    static DeadLetterView listed(DeadLetter letter) {
        return of(letter, null, null);
    }

    static DeadLetterView whole(DeadLetter letter) {
        return of(letter, letter.story(), text(letter.value()));
    }

    private static DeadLetterView of(DeadLetter letter, List<DeadLetter.Attempt> story, String body) {
        var waiting = letter.reason().isPresent() ? "dead" : "parked";
        return new DeadLetterView(
                letter.id(),
                letter.resolution().orElse(waiting),
                letter.partition(),
                letter.offset(),
                text(letter.key()),
                letter.reason().orElse(null),
                letter.attempts(),
                letter.receivedAt(),
                story,
                body);
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
