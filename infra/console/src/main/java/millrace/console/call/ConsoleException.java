package millrace.console.call;

/** A call that is refused, with the HTTP status and a sentence for the person. */
public final class ConsoleException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    public ConsoleException(int status, String sentence) {
        super(sentence);
        this.status = status;
    }

    public ConsoleException(int status, String sentence, Throwable cause) {
        super(sentence, cause);
        this.status = status;
    }

    public static ConsoleException badRequest(String sentence) {
        return new ConsoleException(400, sentence);
    }

    public static ConsoleException notFound(String sentence) {
        return new ConsoleException(404, sentence);
    }

    public int status() {
        return status;
    }
}
