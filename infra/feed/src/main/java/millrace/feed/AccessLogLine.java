package millrace.feed;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One request in a web server's log, without what the log had to escape.
 *
 * @param client its address, or the name of its host
 * @param hasZone whether the log says in which zone its time is
 * @param page path of the page that was shown; empty where none was
 * @param referrer empty where there was none
 * @param userAgent empty where the format has none
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

    /** @param request as the client sent it, for example {@code GET /cart?id=1 HTTP/1.1}; {@code -} where it sent none */
    static AccessLogLine of(
            AccessLogFormat format,
            String client,
            Instant time,
            boolean hasZone,
            String request,
            int status,
            String referrer,
            String userAgent) {
        var isShown = status == 200 || status == 304; // fetched, or found unchanged since the last time
        return new AccessLogLine(
                format, client, time, hasZone, isShown ? page(request) : Optional.empty(), referrer, userAgent);
    }

    /** Who it was, as far as a log can tell; the address itself does not leave this machine. */
    String visitor() {
        return DeterministicIds.of(client, userAgent);
    }

    /** The path as it stands, without server, query and fragment: two spellings of a path are two pages. */
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
