package millrace.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Authorizes readers of the edge's metrics, which name sources and volumes: holders of API keys of the role {@code
 * reader} or {@code back-office} that are not revoked. {@code API_KEYS} is the same as in the other services, which
 * report its faults.
 */
@Singleton
public class ReaderKeys {
    private static final String BEARER = "Bearer ";
    private static final Pattern ENTRY = Pattern.compile("[^:]+:(?:reader|back-office):([0-9a-fA-F]{64})");

    private final Set<String> hashes;

    @Inject
    ReaderKeys(@ConfigProperty(name = "API_KEYS") Optional<String> entries) {
        this(entries.orElse(""));
    }

    ReaderKeys(String entries) {
        hashes = Arrays.stream(entries.strip().split("\\s*,\\s*"))
                .map(ENTRY::matcher)
                .filter(entry -> entry.matches())
                .map(entry -> entry.group(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Checks that a request has the API key of a reader.
     *
     * @param authorization value of the header; {@code null} where there is none
     * @throws ProblemException 401 where no reader has the key
     */
    public void check(String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw ProblemException.noReaderKey("The request has no API key");
        }
        if (!hashes.contains(hash(authorization.substring(BEARER.length()).strip()))) {
            throw ProblemException.noReaderKey("No reader has this API key");
        }
    }

    private static String hash(String key) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
