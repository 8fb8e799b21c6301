package millrace.ingest.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.temporal.ChronoUnit.MICROS;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Pattern;
import millrace.events.CloudEvents;
import millrace.ingest.http.Call;
import millrace.ingest.http.Refusal;
import millrace.ingest.source.Source;
import millrace.ingest.source.Sources;

/** Finds out who sends a request, and whether they may. */
@Singleton
public class Callers {
    private static final String BASIC = "Basic ";
    private static final Pattern IMPORT = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final Sources sources;
    private final Visitors visitors;

    Callers(Sources sources, Visitors visitors) {
        this.sources = sources;
        this.visitors = visitors;
    }

    /**
     * Takes down who sent a request, and when it came.
     *
     * @param keyInBody {@code null} where there is none
     * @param events how many it brings
     * @throws Refusal where they may not send it, or not now, or the name of an import is none
     */
    public Arrival receive(Call call, String keyInBody, int events) {
        var source = source(call, keyInBody);
        source.quota()
                .map(quota -> quota.take(events))
                .filter(wait -> !wait.isZero())
                .ifPresent(wait -> {
                    throw Refusal.overQuota(source.name(), wait);
                });
        var imported = call.param("import");
        return new Arrival(
                source,
                imported == null ? source.name() : source.name() + "/" + importName(imported),
                call.path(),
                Instant.now().truncatedTo(MICROS),
                Traceparent.next(call.header(CloudEvents.TRACEPARENT)),
                visitors.of(call, source));
    }

    /** @throws Refusal where nobody may send this from there */
    public Source source(Call call, String keyInBody) {
        var source = sources.of(writeKey(call, keyInBody));
        call.origin().filter(origin -> !source.allowsOrigin(origin)).ifPresent(origin -> {
            throw Refusal.forbidden("Pages of this origin may not send as the source " + source.name() + ".");
        });
        return source;
    }

    private static String writeKey(Call call, String keyInBody) {
        var basic = call.header("authorization");
        if (basic != null && basic.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return user(basic.substring(BASIC.length()).strip());
        }
        if (keyInBody != null) {
            return keyInBody;
        }
        var inQuery = call.param("writeKey");
        var key = inQuery != null ? inQuery : call.header("x-write-key");
        if (key == null) {
            throw Refusal.unauthorized(
                    "A write key is missing: as the user of HTTP Basic, as writeKey in the body or in"
                            + " the query, or in the header x-write-key.");
        }
        return key;
    }

    private static String user(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), UTF_8).split(":", 2)[0];
        } catch (IllegalArgumentException notBase64) {
            throw Refusal.unauthorized("The header Authorization is not HTTP Basic.");
        }
    }

    private static String importName(String name) {
        if (!IMPORT.matcher(name).matches()) {
            throw Refusal.malformed("import must be 1 to 64 of the characters A-Z a-z 0-9 . _ -");
        }
        return name;
    }
}
