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
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1;
    public static final String NO_OBJECT = "The body is not a JSON object.";
    private static final String PROBLEM_JSON = "application/problem+json";
    private static final String RETRY_AFTER = "retry-after";
    private static final Map<String, String> SOON = Map.of(RETRY_AFTER, "1");

    private final int status;
    private final String limit;
    private final transient List<String> faults;
    private final transient Map<String, String> headers;

    /** @param errors all that is wrong, a sentence each */
    record Problem(String type, String title, int status, String detail, List<String> errors) {}

    private ProblemException(int status, String limit, String detail, List<String> faults, Map<String, String> headers) {
        super(detail, null, false, false);
        this.status = status;
        this.limit = limit;
        this.faults = faults;
        this.headers = headers;
    }

    private ProblemException(int status, String detail, List<String> faults, Map<String, String> headers) {
        this(status, null, detail, faults, headers);
    }

    private ProblemException(int status, String detail) {
        this(status, detail, List.of(), Map.of());
    }

    /** A limit of the edge, by its name in the metric {@code ingest_limits_total}. */
    private static ProblemException limit(int status, String limit, String detail, Map<String, String> headers) {
        return new ProblemException(status, limit, detail, List.of(), headers);
    }

    /** The request cannot be used as it is. */
    public static ProblemException malformed(String detail) {
        return new ProblemException(400, detail);
    }

    /** The request has the form of one, but not the content. */
    public static ProblemException faulty(List<String> faults) {
        return new ProblemException(400, "The request has faults: " + faults.size() + ".", faults, Map.of());
    }

    /** Says where the body stops being JSON that the edge reads, and nothing of what is in it. */
    public static ProblemException noJson(JsonProcessingException cause) {
        if (cause instanceof StreamConstraintsException) {
            return malformed("The body is nested too deeply, or has a number, a name or a text that is too long.");
        }
        var at = Objects.requireNonNullElse(cause.getLocation(), JsonLocation.NA);
        return malformed(
                "The body is not JSON in UTF-8: see line %d, column %d.".formatted(at.getLineNr(), at.getColumnNr()));
    }

    /** Nobody who may write sent this. */
    public static ProblemException unauthorized(String detail) {
        return new ProblemException(401, detail, List.of(), Map.of("www-authenticate", "WriteKey"));
    }

    /** Nobody who may read asked for this. */
    static ProblemException noReader(String what) {
        var detail = what + ": expected the header Authorization: Bearer KEY with an API key of the role reader.";
        return new ProblemException(401, detail, List.of(), Map.of("www-authenticate", "Bearer"));
    }

    /** Who sent this may not do so. */
    public static ProblemException forbidden(String detail) {
        return new ProblemException(403, detail);
    }

    /** @param allowed the methods that are, with commas between */
    public static ProblemException method(String allowed) {
        return new ProblemException(405, "This path takes " + allowed + ".", List.of(), Map.of("allow", allowed));
    }

    /** The body does not come fast enough. */
    static ProblemException tooSlow(Duration within) {
        var detail = "The body did not come within %d s.".formatted(within.toSeconds());
        return limit(408, "slow-body", detail, Map.of());
    }

    static ProblemException tooSlow(long bytesPerSecond) {
        var detail = "The body came with fewer than %d bytes a second.".formatted(bytesPerSecond);
        return limit(408, "slow-body", detail, Map.of());
    }

    /** The answer to a body that is too long; {@code null} where it is not. */
    public static ProblemException tooLarge(byte[] body) {
        return body.length > Limits.BODY ? tooLarge("The body has more than " + Limits.BODY + " bytes.") : null;
    }

    public static ProblemException tooLarge(String detail) {
        return limit(413, "body-size", detail, Map.of());
    }

    /** The body is in a form that is not read here. */
    public static ProblemException encoding(String detail) {
        return new ProblemException(415, detail);
    }

    /** Another event came before under the id of this one; 422, as the draft of the header Idempotency-Key has it. */
    public static ProblemException otherEvent(String what, String id) {
        return new ProblemException(
                422,
                "Another %s came before with this %s. Nothing was written; send it with an %s of its own."
                        .formatted(what, id, id));
    }

    /** All that may be in flight is; in a moment there is room again. */
    static ProblemException tooBusy() {
        return limit(429, "in-flight", "More is in flight than the edge may hold. Send it again.", SOON);
    }

    /** A body without a key took longest of all that were on their way. */
    static ProblemException madeRoom() {
        var detail =
                "The body made room for others, being the slowest that showed no write key in a header or in the query."
                        + " Send it again.";
        return limit(429, "in-flight-without-key", detail, SOON);
    }

    /** Too much came from there, or in all, that had no valid key. */
    public static ProblemException failedTooOften() {
        var detail =
                "Too many requests without a valid write key came. Send it again, with the key in a header or in the query.";
        return limit(429, "failures", detail, Map.of(RETRY_AFTER, "5"));
    }

    /** Nothing is at this path. */
    public static ProblemException notFound() {
        return new ProblemException(404, "There is nothing at this path.");
    }

    /** A source has sent as much as it may. */
    public static ProblemException overQuota(String source, Duration wait) {
        var seconds = Long.toString(Math.max(1, wait.plusMillis(999).toSeconds()));
        var detail = "The source " + source + " sends more events a second than it may. Send it again.";
        return limit(429, "quota", detail, Map.of(RETRY_AFTER, seconds));
    }

    /** The edge itself is at fault, and was before it wrote anything: the same request would fail again. */
    public static ProblemException cannotProcess() {
        return new ProblemException(
                422,
                "The edge cannot process this, by a defect of its own. Nothing of it was taken; do not repeat it.");
    }

    /** The edge itself is at fault, when it had begun to write. */
    public static ProblemException ownFault() {
        return new ProblemException(500, "The edge failed after it had begun to write: some or all of it may have been taken.");
    }

    /** The log will never take a record of it. */
    public static ProblemException neverDurable() {
        return limit(
                413, "record-size", "The log takes no record as large as one of these. Do not repeat it.", Map.of());
    }

    /** Some or all of it is not known to be durable; a repeat with the same ids counts once. */
    public static ProblemException notDurable() {
        var detail = "The log did not acknowledge everything. Send it again with the same ids.";
        return new ProblemException(503, detail, List.of(), SOON);
    }

    public int status() {
        return status;
    }

    /** The limit that was met; {@code null} where it was none. */
    public String limit() {
        return limit;
    }

    /** What is said of the request as a whole where nothing more is. */
    public List<String> reasons() {
        return faults.isEmpty() ? List.of(getMessage()) : ProblemReasons.bounded(faults);
    }

    public EdgeResponse answer() {
        var title = status == 422
                ? "Unprocessable Content"
                : HttpResponseStatus.valueOf(status).reasonPhrase();
        var problem = new Problem("about:blank", title, status, getMessage(), reasons());
        return EdgeResponse.json(status, PROBLEM_JSON, problem, headers);
    }
}
