package millrace.ingest;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Objects;

/** Why a request is not taken, as the caller is told: a problem of RFC 9457. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;
    static final String NO_OBJECT = "The body is not a JSON object.";
    private static final String PROBLEM_JSON = "application/problem+json";

    private final int status;
    private final transient List<String> faults;

    /** @param faults all that is wrong, a sentence each */
    record Problem(String type, String title, int status, String detail, List<String> errors) {}

    private Refusal(int status, String detail, List<String> faults) {
        super(detail, null, false, false);
        this.status = status;
        this.faults = faults;
    }

    /** The request cannot be used as it is. */
    static Refusal malformed(String detail) {
        return new Refusal(400, detail, List.of());
    }

    /** The request has the form of one, but not the content. */
    static Refusal faulty(List<String> faults) {
        return new Refusal(400, "The request has faults: " + faults.size() + ".", faults);
    }

    /** Says where the body stops being JSON that the edge reads, and nothing of what is in it. */
    static Refusal noJson(JsonProcessingException cause) {
        if (cause instanceof StreamConstraintsException) {
            return malformed("The body is nested too deeply, or has a number, a name or a text that is too long.");
        }
        var at = Objects.requireNonNullElse(cause.getLocation(), JsonLocation.NA);
        return malformed(
                "The body is not JSON in UTF-8: see line %d, column %d.".formatted(at.getLineNr(), at.getColumnNr()));
    }

    /** The answer to a body that is too long; {@code null} where it is not. */
    static Refusal tooLarge(byte[] body) {
        return body.length > Limits.BODY ? tooLarge("The body has more than " + Limits.BODY + " bytes.") : null;
    }

    /** Nobody who may write sent this. */
    static Refusal unauthorized(String detail) {
        return new Refusal(401, detail, List.of());
    }

    static Refusal tooLarge(String detail) {
        return new Refusal(413, detail, List.of());
    }

    /** All that may be in flight is; in a moment there is room again. */
    static Refusal tooBusy() {
        return new Refusal(429, "More is in flight than the edge may hold. Send it again.", List.of());
    }

    /** Some or all of it is not known to be durable; a repeat with the same ids counts once. */
    static Refusal notDurable() {
        return new Refusal(503, "The log did not acknowledge everything. Send it again with the same ids.", List.of());
    }

    /** What is said of the request as a whole where nothing more is. */
    List<String> reasons() {
        return faults.isEmpty() ? List.of(getMessage()) : faults;
    }

    Response response() {
        var title = Response.Status.fromStatusCode(status).getReasonPhrase();
        var problem = new Problem("about:blank", title, status, getMessage(), reasons());
        var response = Response.status(status).type(PROBLEM_JSON).entity(problem);
        return switch (status) {
            case 401 ->
                response.header(HttpHeaders.WWW_AUTHENTICATE, "WriteKey").build();
            case 429, 503 -> response.header(HttpHeaders.RETRY_AFTER, 1).build();
            default -> response.build();
        };
    }
}
