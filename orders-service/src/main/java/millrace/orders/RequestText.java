package millrace.orders;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.ws.rs.BadRequestException;

/** What texts of the back office may be: each goes out in a record, and is kept. */
final class RequestText {
    /** Characters of an order's or a customer's id. */
    static final int LONGEST_ID = 300;

    /** Characters of what people write. */
    static final int LONGEST_REASON = 1_000;

    private RequestText() {}

    /** @throws BadRequestException where it is empty, too long, or nothing that a record and the database can keep */
    static void require(String text, String name, int longest) {
        if (text.isEmpty() || text.length() > longest) {
            throw new BadRequestException("%s must have 1 to %d characters.".formatted(name, longest));
        }
        if (text.indexOf('\0') >= 0 || !UTF_8.newEncoder().canEncode(text)) {
            throw new BadRequestException("%s has a character that cannot be kept.".formatted(name));
        }
    }
}
