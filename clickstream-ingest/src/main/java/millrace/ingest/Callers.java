package millrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Base64;
import java.util.regex.Pattern;

/** Finds out who sends a request. */
@ApplicationScoped
class Callers {
    private static final String BASIC = "Basic ";
    private static final Pattern IMPORT = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final WriteKeys writeKeys;

    Callers(WriteKeys writeKeys) {
        this.writeKeys = writeKeys;
    }

    /**
     * Takes down who sent a request, and when it came.
     *
     * @param keyInBody {@code null} where there is none
     * @throws Refusal where no write key is known, or the name of an import is none
     */
    Arrival receive(HttpServerRequest request, String keyInBody) {
        var source = writeKeys
                .source(writeKey(request, keyInBody))
                .orElseThrow(() -> Refusal.unauthorized("Nobody has this write key."));
        var imported = request.getParam("import");
        return Arrival.of(request, imported == null ? source : source + "/" + importName(imported));
    }

    private static String writeKey(HttpServerRequest request, String keyInBody) {
        var basic = request.getHeader("authorization");
        if (basic != null && basic.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return user(basic.substring(BASIC.length()).strip());
        }
        if (keyInBody != null) {
            return keyInBody;
        }
        var inQuery = request.getParam("writeKey");
        var key = inQuery != null ? inQuery : request.getHeader("x-write-key");
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
