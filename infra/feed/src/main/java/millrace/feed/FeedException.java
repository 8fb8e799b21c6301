package millrace.feed;

/** Stops the feed; its message is the one sentence that the user reads. */
final class FeedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FeedException(String sentence) {
        super(sentence);
    }

    FeedException(String sentence, Exception cause) {
        super(sentence, cause);
    }
}
