package millrace.ingest.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import millrace.ingest.form.Limits;

/** Why a request is not taken, as the caller is told: a problem of RFC 9457. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;
    public static final String NO_OBJECT = "The body is not a JSON object.";
    private static final String PROBLEM_JSON = "application/problem+json";
    private static final String RETRY_AFTER = "retry-after";
    private static final Map<String, String> SOON = Map.of(RETRY_AFTER, "1");

    private final int status;
    private final transient List<String> faults;
    private final transient Map<String, String> headers;

    /** @param errors all that is wrong, a sentence each */
    record Problem(String type, String title, int status, String detail, List<String> errors) {}

    private Refusal(int status, String detail, List<String> faults, Map<String, String> headers) {
        super(detail, null, false, false);
        this.status = status;
        this.faults = faults;
        this.headers = headers;
    }

    private Refusal(int status, String detail) {
        this(status, detail, List.of(), Map.of());
    }

    /** The request cannot be used as it is. */
    public static Refusal malformed(String detail) {
        return new Refusal(400, detail);
    }

    /** The request has the form of one, but not the content. */
    public static Refusal faulty(List<String> faults) {
        return new Refusal(400, "The request has faults: " + faults.size() + ".", faults, Map.of());
    }

    /** Says where the body stops being JSON that the edge reads, and nothing of what is in it. */
    public static Refusal noJson(JsonProcessingException cause) {
        if (cause instanceof StreamConstraintsException) {
            return malformed("The body is nested too deeply, or has a number, a name or a text that is too long.");
        }
        var at = Objects.requireNonNullElse(cause.getLocation(), JsonLocation.NA);
        return malformed(
                "The body is not JSON in UTF-8: see line %d, column %d.".formatted(at.getLineNr(), at.getColumnNr()));
    }

    /** Nobody who may write sent this. */
    public static Refusal unauthorized(String detail) {
        return new Refusal(401, detail, List.of(), Map.of("www-authenticate", "WriteKey"));
    }

    /** Who sent this may not do so. */
    public static Refusal forbidden(String detail) {
        return new Refusal(403, detail);
    }

    /** @param allowed the methods that are, with commas between */
    public static Refusal method(String allowed) {
        return new Refusal(405, "This path takes " + allowed + ".", List.of(), Map.of("allow", allowed));
    }

    /** The body does not come fast enough. */
    static Refusal tooSlow(Duration within) {
        return new Refusal(408, "The body did not come within %d s.".formatted(within.toSeconds()));
    }

    /** The answer to a body that is too long; {@code null} where it is not. */
    public static Refusal tooLarge(byte[] body) {
        return body.length > Limits.BODY ? tooLarge("The body has more than " + Limits.BODY + " bytes.") : null;
    }

    public static Refusal tooLarge(String detail) {
        return new Refusal(413, detail);
    }

    /** The body is in a form that is not read here. */
    public static Refusal encoding(String detail) {
        return new Refusal(415, detail);
    }

    /** All that may be in flight is; in a moment there is room again. */
    static Refusal tooBusy() {
        return new Refusal(429, "More is in flight than the edge may hold. Send it again.", List.of(), SOON);
    }

    /** A source has sent as much as it may. */
    public static Refusal overQuota(String source, Duration wait) {
        var seconds = Long.toString(Math.max(1, wait.plusMillis(999).toSeconds()));
        return new Refusal(
                429,
                "The source " + source + " sends more events a second than it may. Send it again.",
                List.of(),
                Map.of(RETRY_AFTER, seconds));
    }

    /** The edge itself is at fault: a defect. */
    public static Refusal ownFault() {
        return new Refusal(500, "The edge failed. Nothing is known of what was sent; send it again with the same ids.");
    }

    /** Some or all of it is not known to be durable; a repeat with the same ids counts once. */
    public static Refusal notDurable() {
        var detail = "The log did not acknowledge everything. Send it again with the same ids.";
        return new Refusal(503, detail, List.of(), SOON);
    }

    /** What is said of the request as a whole where nothing more is. */
    public List<String> reasons() {
        return faults.isEmpty() ? List.of(getMessage()) : faults;
    }

    public Answer answer() {
        var title = HttpResponseStatus.valueOf(status).reasonPhrase();
        var problem = new Problem("about:blank", title, status, getMessage(), reasons());
        return Answer.json(status, PROBLEM_JSON, problem, headers);
    }
}
