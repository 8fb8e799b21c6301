package millrace.local.control;

import millrace.local.StartException;

/** A call that the control API refuses. Its message is the sentence that the caller gets. */
public final class ControlException extends StartException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String id;

    /**
     * @param status of HTTP
     * @param id of the error in the form of the PaaS, such as {@code not_found}
     */
    public ControlException(int status, String id, String sentence) {
        super(sentence);
        this.status = status;
        this.id = id;
    }

    public static ControlException badRequest(String sentence) {
        return new ControlException(400, "bad_request", sentence);
    }

    public static ControlException notFound(String sentence) {
        return new ControlException(404, "not_found", sentence);
    }

    /** Returns the refusal of a call that is understood and has a value that the platform does not allow. */
    public static ControlException invalid(String sentence) {
        return new ControlException(422, "invalid_params", sentence);
    }

    public int status() {
        return status;
    }

    public String id() {
        return id;
    }
}
