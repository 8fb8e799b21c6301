package millrace.ingest.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.temporal.ChronoUnit.MICROS;

import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Pattern;
import millrace.events.CloudEvents;
import millrace.ingest.http.EdgeRequest;
import millrace.ingest.http.ClientAddressResolver;
import millrace.ingest.http.ClientConnection;
import millrace.ingest.http.UnauthenticatedBudget;
import millrace.ingest.http.ProblemException;
import millrace.ingest.source.Source;
import millrace.ingest.source.Sources;

/** Finds out who sends a request, and whether they may. */
@Singleton
public class Authenticator {
    private static final String BASIC = "Basic ";
    private static final String MISSING =
            "A write key is missing: as the user of HTTP Basic, as writeKey in the query or in"
                    + " the body, or in the header x-write-key.";
    private static final Pattern IMPORT = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final Sources sources;
    private final VisitorResolver visitors;
    private final ClientAddressResolver clientAddress;
    private final UnauthenticatedBudget failures;

    Authenticator(Sources sources, VisitorResolver visitors, ClientAddressResolver clientAddress, UnauthenticatedBudget failures) {
        this.sources = sources;
        this.visitors = visitors;
        this.clientAddress = clientAddress;
        this.failures = failures;
    }

    /**
     * Whose key stands in the headers or the query, so that the body of anybody else need not be read; {@code null} where no key
     * stands there: it may be in the body.
     *
     * @throws ProblemException where nobody may send this from there
     */
    public Source beforeBody(HttpServerRequest request) {
        try {
            var key = keyBeforeBody(request);
            return key == null ? null : known(request, key);
        } catch (ProblemException refusal) {
            throw failed(request, 0, refusal);
        }
    }

    /**
     * Takes down who sent a request, and when it came.
     *
     * @param keyInBody {@code null} where there is none
     * @param events how many it brings
     * @throws ProblemException where they may not send it, or not now, or the name of an import is none
     */
    public RequestContext receive(EdgeRequest call, String keyInBody, int events) {
        var source = source(call, keyInBody);
        source.quota()
                .map(quota -> quota.take(events))
                .filter(wait -> !wait.isZero())
                .ifPresent(wait -> {
                    throw ProblemException.overQuota(source.name(), wait);
                });
        var imported = call.param("import");
        return new RequestContext(
                source,
                imported == null ? source.name() : source.name() + "/" + importName(imported),
                owner(source, call.param("for")),
                call.path(),
                Instant.now().truncatedTo(MICROS),
                Traceparent.next(call.header(CloudEvents.TRACEPARENT)),
                visitors.of(call, source));
    }

    /** @throws ProblemException where nobody may send this from there */
    public Source source(EdgeRequest call, String keyInBody) {
        if (call.source() != null) {
            return call.source();
        }
        var before = beforeBody(call.request());
        if (before != null) {
            return before;
        }
        if (keyInBody == null) {
            throw failed(call.request(), call.body().length, ProblemException.unauthorized(MISSING));
        }
        try {
            var source = known(call.request(), keyInBody);
            failures.succeeded(clientAddress.of(call.request()));
            return source;
        } catch (ProblemException refusal) {
            throw failed(call.request(), call.body().length, refusal);
        }
    }

    private Source known(HttpServerRequest request, String key) {
        var source = sources.of(key);
        var origin = request.getHeader("origin");
        if (origin != null && !source.allowsOrigin(origin)) {
            throw ProblemException.forbidden("Pages of this origin may not send as the source " + source.name() + ".");
        }
        ClientConnection.keyShown(request);
        return source;
    }

    /** Whose orders it is about: the sender's own, where the request names nobody. */
    private static String owner(Source source, String name) {
        if (name != null && !source.name().equals(name) && !source.actsFor().contains(name)) {
            throw ProblemException.forbidden("The source " + source.name() + " may not act for the source that for= names.");
        }
        return name == null ? source.name() : name;
    }

    private ProblemException failed(HttpServerRequest request, int bytes, ProblemException refusal) {
        failures.failed(clientAddress.of(request), bytes);
        return refusal;
    }

    /** Whether some key stands in the headers or the query, valid or not. */
    public boolean showsKey(HttpServerRequest request) {
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
