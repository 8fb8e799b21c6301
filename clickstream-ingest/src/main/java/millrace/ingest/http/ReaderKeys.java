package millrace.ingest.http;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import millrace.paas.HashedKeys;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Authorizes readers of the edge's metrics, which name sources and volumes: holders of API keys of the role {@code
 * reader} or {@code back-office} that are not revoked. {@code API_KEYS} is the same as in the other services.
 */
@Singleton
class ReaderKeys {
    private static final String BEARER = "Bearer ";

    private final HashedKeys keys;

    @Inject
    ReaderKeys(@ConfigProperty(name = "API_KEYS") Optional<String> entries) {
        this(entries.orElse(""));
    }

    ReaderKeys(String entries) {
        keys = HashedKeys.ofApiKeys(entries);
    }

    /**
     * Checks that a request has the API key of a reader.
     *
     * @param authorization value of the header; {@code null} where there is none
     * @throws ProblemException 401 where no reader has the key
     */
    void check(String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw ProblemException.noReaderKey("The request has no API key");
        }
        var holder = keys.holder(authorization.substring(BEARER.length()).strip());
        if (holder.isEmpty() || holder.get().revoked()) {
            throw ProblemException.noReaderKey("No reader has this API key");
        }
    }
}
