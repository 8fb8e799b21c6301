package millrace.console.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import millrace.console.call.Access;

/**
 * Sessions of browsers. A session begins with a one-time code, or where a person types an API key, and is a cookie that
 * is signed with the console's secret, so that on one machine it outlives a restart of the console.
 */
public final class Sessions {
    private static final Duration SESSION = Duration.ofHours(12);
    private static final Duration CODE = Duration.ofMinutes(10);
    private static final int MOST_CODES = 16;
    private static final int PATH_DIGITS = 32;
    private static final int MOST_TYPED_KEYS = 64;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] secret;
    private final String path;
    private final Optional<Access> everybody;
    private final Clock clock;
    private final Map<String, Instant> codes = new LinkedHashMap<>();
    /** Access by session, for those that have typed a key; the oldest make room for new ones. */
    private final Map<String, Access> typed = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Access> eldest) {
            return size() > MOST_TYPED_KEYS;
        }
    };

    /**
     * @param secret signs the cookies
     * @param everybody access of every session; empty where each person types a key
     */
    public Sessions(String secret, Optional<Access> everybody, Clock clock) {
        this.secret = secret.getBytes(UTF_8);
        this.path = "/s/" + signature("path").substring(0, PATH_DIGITS);
        this.everybody = everybody;
        this.clock = clock;
    }

    /** Whether a header is {@code Bearer} and the secret: whoever reads the secret may ask for codes. */
    boolean isSecret(String authorization) {
        return MessageDigest.isEqual(
                String.valueOf(authorization).getBytes(UTF_8), ("Bearer " + new String(secret, UTF_8)).getBytes(UTF_8));
    }

    /** Returns a new code, which one session can begin with within ten minutes. */
    synchronized String newCode() {
        if (codes.size() >= MOST_CODES) {
            codes.remove(codes.keySet().iterator().next());
        }
        var code = random();
        codes.put(code, clock.instant().plus(CODE));
        return code;
    }

    /** Begins a session with a code, which is used up; empty where it is unknown, used or old. */
    synchronized Optional<String> begin(String code) {
        var ends = codes.remove(code);
        return ends == null || clock.instant().isAfter(ends) ? Optional.empty() : Optional.of(cookie(random()));
    }

    /** Begins a session with an API key that a person has typed, and that a service has accepted. */
    synchronized String beginWithKey(String readerKey) {
        var id = random();
        typed.put(id, new Access(Optional.of(readerKey), Optional.empty(), Optional.empty()));
        return cookie(id);
    }

    /** Access of the session of a cookie; empty where it is none of this console's, or has ended. */
    Optional<Access> access(String cookie) {
        var parts = cookie.split("\\.", -1);
        if (parts.length != 3 || !isSigned(parts) || hasEnded(parts[1])) {
            return Optional.empty();
        }
        if (everybody.isPresent()) {
            return everybody;
        }
        synchronized (this) {
            return Optional.ofNullable(typed.get(parts[0]));
        }
    }

    /**
     * The path for which a browser has the cookie. All ports of a host share its cookies, so that a server on another port
     * would get one whose path it can guess; this one only pages of this console know.
     */
    String path() {
        return path;
    }

    /** How long a cookie lasts. */
    Duration duration() {
        return SESSION;
    }

    private String cookie(String id) {
        var ends = Long.toString(clock.instant().plus(SESSION).getEpochSecond());
        return id + "." + ends + "." + signature(id + "." + ends);
    }

    private boolean isSigned(String[] parts) {
        return MessageDigest.isEqual(
                parts[2].getBytes(UTF_8), signature(parts[0] + "." + parts[1]).getBytes(UTF_8));
    }

    private boolean hasEnded(String ends) {
        return clock.instant().getEpochSecond() > Long.parseLong(ends); // It is a number: this console has signed it.
    }

    private String signature(String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("Every JDK has HmacSHA256", e);
        }
    }

    private static String random() {
        var bytes = new byte[24];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
