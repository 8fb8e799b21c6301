package millrace.orders.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.ws.rs.BadRequestException;

/** Validates texts in requests of the back office: each is published in a record and stored. */
final class RequestText {
    /** Characters of the id of an order or a customer. */
    static final int LONGEST_ID = 300;

    /** Characters of a free text. */
    static final int LONGEST_REASON = 1_000;

    private RequestText() {}

    /** @throws BadRequestException where the text is empty, too long, or contains a character that cannot be stored */
    static void require(String text, String name, int longest) {
        if (text.isEmpty() || text.length() > longest) {
            throw new BadRequestException("%s must have 1 to %d characters.".formatted(name, longest));
        }
        if (text.indexOf('\0') >= 0 || !UTF_8.newEncoder().canEncode(text)) {
            throw new BadRequestException("%s has a character that cannot be kept.".formatted(name));
        }
    }
}
