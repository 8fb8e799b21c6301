package millrace.feed;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One request of a web server log, with the log's escapes undone.
 *
 * @param client IP address or host name
 * @param hasZone true if the log states the zone of its time
 * @param page path of the page that was shown; empty if the request shows no page
 * @param referrer empty if absent
 * @param userAgent empty if the format has no such field
 */
record AccessLogLine(
        AccessLogFormat format,
        String client,
        Instant time,
        boolean hasZone,
        Optional<String> page,
        String referrer,
        String userAgent) {
    private static final Pattern SERVER = Pattern.compile("(?i)https?://[^/?#]*");

    /** @param request as the client sent it, for example {@code GET /cart?id=1 HTTP/1.1}; {@code -} if it sent none */
    static AccessLogLine of(
            AccessLogFormat format,
            String client,
            Instant time,
            boolean hasZone,
            String request,
            int status,
            String referrer,
            String userAgent) {
        var isShown = status == 200 || status == 304; // fetched, or not modified since the last fetch
        return new AccessLogLine(
                format, client, time, hasZone, isShown ? page(request) : Optional.empty(), referrer, userAgent);
    }

    /**
     * Returns a pseudonymous visitor id, derived from client and user agent; the address itself does not leave this
     * machine.
     */
    String visitor() {
        return DeterministicIds.of(client, userAgent);
    }

    /** Returns the path unchanged, without server, query and fragment: two spellings of a path are two pages. */
    private static Optional<String> page(String request) {
        if (!request.startsWith("GET ")) {
            return Optional.empty();
        }
        var target = AccessLogFormat.withoutProtocol(request.substring("GET ".length()))
                .strip();
        var server = SERVER.matcher(target);
        var path = (server.lookingAt() ? target.substring(server.end()) : target).split("[?#]", 2)[0];
        if (server.lookingAt() && path.isEmpty()) {
            return Optional.of("/");
        }
        return path.startsWith("/") ? Optional.of(path) : Optional.empty();
    }
}
