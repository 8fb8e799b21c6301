package millrace.feed;

/** The feed stops; the message is the one sentence that its user needs. */
final class FeedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FeedException(String sentence) {
        super(sentence);
    }

    FeedException(String sentence, Exception cause) {
        super(sentence, cause);
    }
}
