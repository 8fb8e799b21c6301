package millrace.audit.seal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Unwrapped data keys of the subjects seen last, at most so many; not of those with a long name, which are few or an attack.
 * An erasure anywhere empties it.
 */
final class KeyCache {
    private static final int LONG_NAME = 100;

    private final Map<String, SubjectKey> keys;
    private long erasures;

    KeyCache(int most) {
        keys = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, SubjectKey> eldest) {
                return size() > most;
            }
        };
    }

    synchronized Optional<SubjectKey> get(String subject) {
        return Optional.ofNullable(keys.get(subject));
    }

    /** @param erasures how many there were when the keys were read: with more since, one could be erased */
    synchronized void remember(Map<String, SubjectKey> read, long erasures) {
        if (this.erasures == erasures) {
            read.forEach((name, key) -> {
                if (name.length() < LONG_NAME) {
                    keys.put(name, key);
                }
            });
        }
    }

    /** Returns whether what was read from it before still holds: no subject was erased since. */
    synchronized boolean holds(long erasures) {
        if (this.erasures == erasures) {
            return true;
        }
        this.erasures = erasures;
        keys.clear();
        return false;
    }
}
