package millrace.analytics.engine;

/** Another release of the job has written its state. No retry helps, so the process ends. */
public final class UnknownFormatException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnknownFormatException(String topic, String found, byte expected) {
        super(
                ("Another release has written %s: its format is %s, and this release reads %d. Start that release again, or"
                                + " let this one build a generation of its own.")
                        .formatted(topic, found, expected));
    }

    /** Returns true if such an exception is the cause of a failure. */
    public static boolean causes(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownFormatException) {
                return true;
            }
        }
        return false;
    }
}
