package millrace.access;

import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.util.Optional;
import millrace.paas.HashedKeys;
import millrace.paas.HashedKeys.Holder;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Looks up the holder of an API key; a key grants its holder the permissions of a role. Only SHA-256 hashes of the keys
 * are known to the service.
 */
@Startup(Interceptor.Priority.PLATFORM_BEFORE)
@Singleton
class ApiKeys {
    private static final Logger LOG = Logger.getLogger(ApiKeys.class);

    private final HashedKeys keys;

    @Inject
    ApiKeys(@ConfigProperty(name = "API_KEYS") Optional<String> entries) {
        this(entries.orElse(""));
        if (keys.isEmpty()) {
            LOG.warn("API_KEYS is missing: every HTTP request that needs an API key is refused until it is set");
        }
    }

    ApiKeys(String entries) {
        keys = HashedKeys.ofApiKeys(entries);
    }

    /** Returns the holder of an API key; empty where the key is unknown. */
    Optional<Holder> holder(String apiKey) {
        return keys.holder(apiKey);
    }
}
