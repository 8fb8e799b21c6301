package millrace.ingest.auth;

import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import millrace.ingest.http.IngestConfig;
import millrace.paas.HashedKeys;
import millrace.paas.HashedKeys.Holder;

/**
 * Looks up the source of a write key: the key lets its holder write as this source, and read nothing. Only SHA-256
 * hashes of the keys are configured.
 */
@Startup
@Singleton
class WriteKeys {
    private final HashedKeys keys;
    /** Valid keys that came before, so that each is hashed once; at most one for each configured key. */
    private final Map<String, Holder> known = new ConcurrentHashMap<>();

    @Inject
    WriteKeys(IngestConfig config) {
        this(HashedKeys.ofWriteKeys(config.writeKeys().orElse("")));
    }

    WriteKeys(HashedKeys keys) {
        this.keys = keys;
    }

    /** Returns the holder of a write key, whose name is the source; empty where the key is unknown. */
    Optional<Holder> holder(String writeKey) {
        var before = known.get(writeKey);
        if (before != null) {
            return Optional.of(before);
        }
        var holder = keys.holder(writeKey);
        holder.ifPresent(found -> known.put(writeKey, found));
        return holder;
    }

    /** Returns the names of all sources that have a write key. */
    Set<String> sources() {
        return keys.names();
    }
}
