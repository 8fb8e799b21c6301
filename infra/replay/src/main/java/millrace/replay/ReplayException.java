package millrace.replay;

import millrace.generation.RebuildException;

/** A command cannot do what was asked. The message is a sentence for the operator. */
final class ReplayException extends RebuildException {
    private static final long serialVersionUID = 1;

    ReplayException(String message) {
        super(message);
    }

    ReplayException(String message, Throwable cause) {
        super(message, cause);
    }
}
