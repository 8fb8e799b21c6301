package millrace.feed;

/** The feed stops; the message is the one sentence that its user needs. */
final class CannotFeed extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotFeed(String sentence) {
        super(sentence);
    }

    CannotFeed(String sentence, Exception cause) {
        super(sentence, cause);
    }
}
