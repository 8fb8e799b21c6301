package millrace.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quarkus.runtime.Startup;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.ConfigValidationException.Problem;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
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
    private static final String EXPECTED =
            "expected name:role:sha256, with commas between several, where name is 1 to 64 of the characters"
                    + " A-Z a-z 0-9 . _ -, role is reader or back-office, and sha256 the 64 hexadecimal digits of the API"
                    + " key's SHA-256; :revoked after it where it is not valid any more";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");
    private static final String REVOKED = "revoked";

    private final Map<String, Holder> holders;

    /** @param revoked true where the key is no longer valid */
    record Holder(String name, String role, boolean revoked) {}

    @Inject
    ApiKeys(@ConfigProperty(name = "API_KEYS") Optional<String> entries) {
        this(entries.orElse(""));
        if (holders.isEmpty()) {
            LOG.warn("API_KEYS is missing: every HTTP request that needs an API key is refused until it is set");
        }
    }

    /** @throws ConfigValidationException that names every invalid entry and no hash */
    ApiKeys(String entries) {
        holders = parse(entries);
    }

    /**
     * Returns the holder of an API key; empty where the key is unknown. The lookup is by hash, so its duration tells
     * nothing about the known keys.
     */
    Optional<Holder> holder(String apiKey) {
        return Optional.ofNullable(holders.get(hash(apiKey)));
    }

    private static Map<String, Holder> parse(String text) {
        var holders = new HashMap<String, Holder>();
        var faults = new ArrayList<String>();
        var entries = text.isBlank() ? new String[0] : text.strip().split("\\s*,\\s*", -1);
        for (int i = 0; i < entries.length; i++) {
            var entry = entries[i].split(":", 4);
            var number = i + 1;
            var faultsOfEntry = faults(entry);
            faultsOfEntry.forEach(fault -> faults.add("entry " + number + " " + fault));
            if (faultsOfEntry.isEmpty()
                    && holders.put(entry[2].toLowerCase(Locale.ROOT), new Holder(entry[0], entry[1], entry.length == 4))
                            != null) {
                faults.add("entry " + number + " has the API key of an earlier one");
            }
        }
        if (!faults.isEmpty()) {
            throw new ConfigValidationException(
                    new Problem[] {new Problem("In API_KEYS " + String.join(", ", faults) + "; " + EXPECTED)});
        }
        return Map.copyOf(holders);
    }

    private static List<String> faults(String... entry) {
        var faults = new ArrayList<String>();
        if (!NAME.matcher(entry[0]).matches()) {
            faults.add("has no name");
        }
        if (entry.length < 2 || Roles.granted(entry[1]).isEmpty()) {
            faults.add("has no role");
        }
        if (entry.length < 3 || !HASH.matcher(entry[2]).matches()) {
            faults.add("has no SHA-256");
        }
        if (entry.length == 4 && !entry[3].equals(REVOKED)) {
            faults.add("ends with something else than revoked");
        }
        return faults;
    }

    private static String hash(String apiKey) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(apiKey.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
