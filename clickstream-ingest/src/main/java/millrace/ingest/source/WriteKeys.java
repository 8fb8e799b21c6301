package millrace.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quarkus.runtime.Startup;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.ConfigValidationException.Problem;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import millrace.ingest.IngestConfig;

/**
 * Looks up the source of a write key: the key lets its holder write as this source, and read nothing. Only SHA-256
 * hashes of the keys are configured.
 */
@Startup
@Singleton
public class WriteKeys {
    private static final String EXPECTED =
            "expected source:sha256, with commas between several, where source is 1 to 64 of"
                    + " the characters A-Z a-z 0-9 . _ - and sha256 the 64 hexadecimal digits of the write key's SHA-256;"
                    + " :revoked after it where it is not valid any more";
    private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");

    private static final String REVOKED = "revoked";

    private final Map<String, Holder> holders;
    /** Valid keys that came before, so that each is hashed once; at most one for each configured key. */
    private final Map<String, Holder> known = new ConcurrentHashMap<>();

    /** @param revoked true where the key is no longer valid */
    record Holder(String source, boolean revoked) {}

    @Inject
    WriteKeys(IngestConfig config) {
        this(config.writeKeys().orElse(""));
    }

    /** @throws ConfigValidationException that names every invalid entry and no hash */
    WriteKeys(String entries) {
        holders = parse(entries);
    }

    /** Returns the holder of a write key; empty where the key is unknown. */
    Optional<Holder> holder(String writeKey) {
        var holder = known.get(writeKey);
        if (holder == null) {
            holder = holders.get(hash(writeKey));
            if (holder != null) {
                known.put(writeKey, holder);
            }
        }
        return Optional.ofNullable(holder);
    }

    /** Returns the names of all sources that have a write key. */
    Set<String> sources() {
        return holders.values().stream().map(Holder::source).collect(Collectors.toUnmodifiableSet());
    }

    private static Map<String, Holder> parse(String text) {
        var holders = new HashMap<String, Holder>();
        var problems = new ArrayList<String>();
        var entries = text.isBlank() ? new String[0] : text.strip().split("\\s*,\\s*", -1);
        for (int i = 0; i < entries.length; i++) {
            var entry = entries[i].split(":", 3);
            if (!SOURCE.matcher(entry[0]).matches()) {
                problems.add("Entry " + (i + 1) + " of WRITE_KEYS names no source");
            }
            if (entry.length < 2 || !HASH.matcher(entry[1]).matches()) {
                problems.add("Entry " + (i + 1) + " of WRITE_KEYS has no SHA-256");
            } else if (holders.put(entry[1].toLowerCase(Locale.ROOT), new Holder(entry[0], entry.length == 3))
                    != null) {
                problems.add("Entry " + (i + 1) + " of WRITE_KEYS has the write key of an earlier one");
            }
            if (entry.length == 3 && !entry[2].equals(REVOKED)) {
                problems.add("Entry " + (i + 1) + " of WRITE_KEYS ends with something else than revoked");
            }
        }
        if (entries.length == 0) {
            problems.add("WRITE_KEYS is missing");
        }
        if (!problems.isEmpty()) {
            throw new ConfigValidationException(problems.stream()
                    .map(problem -> new Problem(problem + "; " + EXPECTED))
                    .toArray(Problem[]::new));
        }
        return Map.copyOf(holders);
    }

    private static String hash(String writeKey) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(writeKey.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
