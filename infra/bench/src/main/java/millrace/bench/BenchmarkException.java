package millrace.bench;

/** Why something is not measured, in a sentence for the person who asked for it. */
final class BenchmarkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BenchmarkException(String sentence) {
        super(sentence);
    }

    BenchmarkException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
