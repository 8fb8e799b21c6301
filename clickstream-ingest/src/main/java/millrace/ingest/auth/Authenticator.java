package millrace.ingest.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.temporal.ChronoUnit.MICROS;

import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Pattern;
import millrace.events.CloudEvents;
import millrace.ingest.http.ClientAddressResolver;
import millrace.ingest.http.ClientConnection;
import millrace.ingest.http.EdgeRequest;
import millrace.ingest.http.ProblemException;
import millrace.ingest.http.RequestAuthentication;
import millrace.ingest.http.UnauthenticatedBudget;

/** Authenticates requests by their write keys, and checks that their sources may send them. */
@Singleton
public class Authenticator implements RequestAuthentication {
    private static final String BASIC = "Basic ";
    private static final String MISSING =
            "A write key is missing: as the user of HTTP Basic, as writeKey in the query or in"
                    + " the body, or in the header x-write-key.";
    private static final Pattern IMPORT = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final Sources sources;
    private final ClientAddressResolver clientAddress;
    private final UnauthenticatedBudget unauthenticated;

    Authenticator(Sources sources, ClientAddressResolver clientAddress, UnauthenticatedBudget unauthenticated) {
        this.sources = sources;
        this.clientAddress = clientAddress;
        this.unauthenticated = unauthenticated;
    }

    @Override
    public Source authenticateBeforeBody(HttpServerRequest request) {
        try {
            var key = keyBeforeBody(request);
            return key == null ? null : sourceOf(request, key);
        } catch (ProblemException problem) {
            throw failed(request, 0, problem);
        }
    }

    /**
     * Authenticates a request, charges its events to the quota of the source, and returns its context.
     *
     * @param keyInBody {@code null} where there is none
     * @param events number of events in the request
     * @throws ProblemException where the source may not send it, the quota is spent, or the name of an import is
     *     invalid
     */
    public RequestContext authenticate(EdgeRequest request, String keyInBody, int events) {
        var source = source(request, keyInBody);
        source.quota()
                .map(quota -> quota.tryAcquire(events))
                .filter(wait -> !wait.isZero())
                .ifPresent(wait -> {
                    throw ProblemException.quotaExceeded(source.name(), wait);
                });
        var imported = request.queryParameter("import");
        return new RequestContext(
                source,
                imported == null ? source.name() : source.name() + "/" + importName(imported),
                owner(source, request.queryParameter("for")),
                request.path(),
                Instant.now().truncatedTo(MICROS),
                Traceparent.next(request.header(CloudEvents.TRACEPARENT)),
                BrowserVisitor.of(request, source, clientAddress));
    }

    /**
     * Returns the source of the write key in the headers, the query or the body.
     *
     * @throws ProblemException where there is no valid key, or the origin is not allowed
     */
    public Source source(EdgeRequest request, String keyInBody) {
        if (request.sender() instanceof Source source) {
            return source;
        }
        var before = authenticateBeforeBody(request.http());
        if (before != null) {
            return before;
        }
        if (keyInBody == null) {
            throw failed(request.http(), request.body().length, ProblemException.unauthorized(MISSING));
        }
        try {
            var source = sourceOf(request.http(), keyInBody);
            unauthenticated.succeeded(clientAddress.resolve(request.http()));
            return source;
        } catch (ProblemException problem) {
            throw failed(request.http(), request.body().length, problem);
        }
    }

    private Source sourceOf(HttpServerRequest request, String key) {
        var source = sources.byWriteKey(key);
        var origin = request.getHeader("origin");
        if (origin != null && !source.allowsOrigin(origin)) {
            throw ProblemException.forbidden("Pages of this origin may not send as the source " + source.name() + ".");
        }
        ClientConnection.markAuthenticated(request);
        return source;
    }

    /** Returns the name of the source that owns the orders: the sender's own, where the request names none. */
    private static String owner(Source source, String name) {
        if (name != null && !source.name().equals(name) && !source.actsFor().contains(name)) {
            throw ProblemException.forbidden(
                    "The source " + source.name() + " may not act for the source that for= names.");
        }
        return name == null ? source.name() : name;
    }

    private ProblemException failed(HttpServerRequest request, int bytes, ProblemException problem) {
        unauthenticated.failed(clientAddress.resolve(request), bytes);
        return problem;
    }

    @Override
    public boolean anyAllows(String origin) {
        return sources.anyAllow(origin);
    }

    @Override
    public boolean hasKey(HttpServerRequest request) {
        try {
            return keyBeforeBody(request) != null;
        } catch (ProblemException notBasic) {
            return true;
        }
    }

    private static String keyBeforeBody(HttpServerRequest request) {
        var basic = request.getHeader("authorization");
        if (basic != null && basic.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return user(basic.substring(BASIC.length()).strip());
        }
        var inQuery = request.query() == null ? null : request.getParam("writeKey");
        return inQuery != null ? inQuery : request.getHeader("x-write-key");
    }

    private static String user(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), UTF_8).split(":", 2)[0];
        } catch (IllegalArgumentException notBase64) {
            throw ProblemException.unauthorized("The header Authorization is not HTTP Basic.");
        }
    }

    private static String importName(String name) {
        if (!IMPORT.matcher(name).matches()) {
            throw ProblemException.malformed("import must be 1 to 64 of the characters A-Z a-z 0-9 . _ -");
        }
        return name;
    }
}
