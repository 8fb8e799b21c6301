package millrace.ingest.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A refused request, as a problem of RFC 9457. */
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

    /** @param errors a sentence for each fault */
    record ProblemDetails(String type, String title, int status, String detail, List<String> errors) {}

    private ProblemException(
            int status, String limit, String detail, List<String> faults, Map<String, String> headers) {
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

    /**
     * Returns the problem of a limit that was reached.
     *
     * @param limit its name in the metric {@code ingest_limits_total}
     */
    private static ProblemException limit(int status, String limit, String detail, Map<String, String> headers) {
        return new ProblemException(status, limit, detail, List.of(), headers);
    }

    /** 400: the request cannot be used as it is. */
    public static ProblemException malformed(String detail) {
        return new ProblemException(400, detail);
    }

    /** 400: the request is well-formed, but fields of it are invalid. */
    public static ProblemException invalid(List<String> faults) {
        return new ProblemException(400, "The request has faults: " + faults.size() + ".", faults, Map.of());
    }

    /** 400: the body is not JSON that the edge reads. The detail gives the position, and nothing of the content. */
    public static ProblemException notJson(JsonProcessingException cause) {
        if (cause instanceof StreamConstraintsException) {
            return malformed("The body is nested too deeply, or has a number, a name or a text that is too long.");
        }
        var at = Objects.requireNonNullElse(cause.getLocation(), JsonLocation.NA);
        return malformed(
                "The body is not JSON in UTF-8: see line %d, column %d.".formatted(at.getLineNr(), at.getColumnNr()));
    }

    /** 401: the request has no valid write key. */
    public static ProblemException unauthorized(String detail) {
        return new ProblemException(401, detail, List.of(), Map.of("www-authenticate", "WriteKey"));
    }

    /** 401: the request has no API key of a reader. */
    static ProblemException noReaderKey(String what) {
        var detail = what + ": expected the header Authorization: Bearer KEY with an API key of the role reader.";
        return new ProblemException(401, detail, List.of(), Map.of("www-authenticate", "Bearer"));
    }

    /** 403: the source may not send this. */
    public static ProblemException forbidden(String detail) {
        return new ProblemException(403, detail);
    }

    /**
     * 405: the route does not take this method.
     *
     * @param allowed methods that it takes, with commas between
     */
    static ProblemException methodNotAllowed(String allowed) {
        return new ProblemException(405, "This path takes " + allowed + ".", List.of(), Map.of("allow", allowed));
    }

    /** 408: the body does not come fast enough. */
    static ProblemException tooSlow(Duration within) {
        var detail = "The body did not come within %d s.".formatted(within.toSeconds());
        return limit(408, "slow-body", detail, Map.of());
    }

    static ProblemException tooSlow(long bytesPerSecond) {
        var detail = "The body came with fewer than %d bytes a second.".formatted(bytesPerSecond);
        return limit(408, "slow-body", detail, Map.of());
    }

    /** 413: the body is too long. Returns {@code null} where it is not. */
    public static ProblemException tooLarge(byte[] body) {
        return body.length > Limits.BODY ? tooLarge("The body has more than " + Limits.BODY + " bytes.") : null;
    }

    public static ProblemException tooLarge(String detail) {
        return limit(413, "body-size", detail, Map.of());
    }

    /** 415: the edge does not read this media type, charset or encoding. */
    public static ProblemException unsupportedMediaType(String detail) {
        return new ProblemException(415, detail);
    }

    /**
     * 422: a different event came before under this id; the draft of the header Idempotency-Key asks for this status.
     */
    public static ProblemException idConflict(String what, String id) {
        return new ProblemException(
                422,
                "Another %s came before with this %s. Nothing was written; send it with an %s of its own."
                        .formatted(what, id, id));
    }

    /** 429: the in-flight budget is spent, and is available again in a moment. */
    static ProblemException inFlightFull() {
        return limit(429, "in-flight", "More is in flight than the edge may hold. Send it again.", SOON);
    }

    /** 429: the body was evicted, as the oldest incomplete one without a key. */
    static ProblemException evicted() {
        var detail =
                "The body made room for others, being the slowest that showed no write key in a header or in the query."
                        + " Send it again.";
        return limit(429, "in-flight-without-key", detail, SOON);
    }

    /** 429: the budget of requests without a valid key is spent, for this address or in total. */
    static ProblemException tooManyFailures() {
        var detail =
                "Too many requests without a valid write key came. Send it again, with the key in a header or in the query.";
        return limit(429, "failures", detail, Map.of(RETRY_AFTER, "5"));
    }

    /** 404: the edge has no such path. */
    static ProblemException notFound() {
        return new ProblemException(404, "There is nothing at this path.");
    }

    /** 429: the quota of the source is spent. */
    public static ProblemException quotaExceeded(String source, Duration wait) {
        var detail = "The source " + source + " sends more events a second than it may. Send it again.";
        return limit(429, "quota", detail, Map.of(RETRY_AFTER, seconds(wait)));
    }

    /**
     * 429: the broker has made the edge wait, because the application exceeds its quota. Some or all of the records are
     * not known to be durable; a retry with the same ids counts once.
     */
    public static ProblemException brokerQuotaExceeded(Duration wait) {
        var detail = "The broker takes no more bytes a second. Send it again with the same ids.";
        return limit(429, "broker-quota", detail, Map.of(RETRY_AFTER, seconds(wait)));
    }

    /** 422: a defect of the edge, before it published anything; the same request would fail again. */
    public static ProblemException defect() {
        return new ProblemException(
                422,
                "The edge cannot process this, by a defect of its own. Nothing of it was taken; do not repeat it.");
    }

    /** 500: a defect of the edge, after it had begun to publish. */
    static ProblemException internalError() {
        return new ProblemException(
                500, "The edge failed after it had begun to write: some or all of it may have been taken.");
    }

    /** 413: the broker never takes a record of the request. */
    public static ProblemException recordTooLarge() {
        return limit(
                413, "record-size", "The broker takes no record as large as one of these. Do not repeat it.", Map.of());
    }

    /** 503: some or all of the records are not known to be durable; a retry with the same ids counts once. */
    public static ProblemException notDurable() {
        var detail = "The broker did not acknowledge everything. Send it again with the same ids.";
        return new ProblemException(503, detail, List.of(), SOON);
    }

    /** Returns whole seconds, at least one, as the header Retry-After has them. */
    private static String seconds(Duration wait) {
        return Long.toString(Math.max(1, wait.plusMillis(999).toSeconds()));
    }

    public int status() {
        return status;
    }

    /** Returns the name of the limit that was reached; {@code null} where there is none. */
    public String limit() {
        return limit;
    }

    /** Returns a sentence for each fault; the detail where there are none. */
    public List<String> reasons() {
        return faults.isEmpty() ? List.of(getMessage()) : ProblemReasons.bounded(faults);
    }

    public EdgeResponse response() {
        var title = status == 422
                ? "Unprocessable Content"
                : HttpResponseStatus.valueOf(status).reasonPhrase();
        var problem = new ProblemDetails("about:blank", title, status, getMessage(), reasons());
        return EdgeResponse.json(status, PROBLEM_JSON, problem, headers);
    }
}
