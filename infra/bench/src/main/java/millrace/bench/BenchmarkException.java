package millrace.bench;

/** A measurement that failed; the message is a sentence for the user. */
final class BenchmarkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BenchmarkException(String sentence) {
        super(sentence);
    }

    BenchmarkException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
