package millrace.console.partitions;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import millrace.events.Catalogue;
import millrace.events.PersonalData;
import org.apache.kafka.common.utils.Utils;

/**
 * Keys of a channel as people see them. A key is masked where the channel has personal data and the catalogue does not
 * say that the key is none of it, and where the key is that of a record of another channel.
 */
final class ChannelKeys {
    /** Number of colours for keys. */
    static final int HUES = 12;

    private static final int LONGEST = 80;
    /** As the catalogue calls the key of a record that was read from another channel. */
    private static final String BORROWED = "the record's key";

    private static final byte[] SECRET = secret();

    private final boolean masked;

    /**
     * A key.
     *
     * @param text masked where the channel's keys are; null for a record without a key
     * @param hue from 0 to 11, of the bytes of the key
     */
    record Shown(String text, int hue) {}

    ChannelKeys(Catalogue.Entry channel) {
        this.masked = isPersonal(channel);
    }

    boolean isMasked() {
        return masked;
    }

    Shown shown(byte[] key) {
        if (key == null) {
            return new Shown(null, 0);
        }
        var text = text(key);
        return new Shown(masked ? mask(text, key) : shortened(text, key), hue(key));
    }

    /** Other bits of the hash than those that choose the partition, so that the keys of a partition have all colours. */
    private static int hue(byte[] key) {
        return Math.floorMod((Utils.murmur2(key) * 0x9E3779B1) >>> 16, HUES);
    }

    /** Two characters, none of a short key, and a hash with a secret of this process: who knows a key cannot look for it. */
    private static String mask(String text, byte[] key) {
        var begin = text.codePoints()
                .limit(text.length() > 4 ? 2 : 0)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append);
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
            return begin + "…" + HexFormat.of().formatHex(mac.doFinal(key), 0, 4);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("Every JDK has HmacSHA256", e);
        }
    }

    /** A long key ends with its hash, so that two with the same beginning are told apart. */
    private static String shortened(String text, byte[] key) {
        return text.length() <= LONGEST
                ? text
                : text.substring(0, LONGEST) + "…" + Integer.toHexString(Utils.murmur2(key));
    }

    private static String text(byte[] key) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
        } catch (CharacterCodingException noText) {
            return "0x" + HexFormat.of().formatHex(key, 0, Math.min(key.length, LONGEST / 2));
        }
    }

    private static boolean isPersonal(Catalogue.Entry channel) {
        if (channel.key().equals(BORROWED)) {
            return true;
        }
        var personal = new HashSet<String>();
        var known = new HashSet<String>();
        Catalogue.personalData().forEach((type, data) -> {
            if (type.startsWith(channel.name() + ".")) {
                personal.addAll(data.fields());
                known.addAll(data.known());
            }
        });
        if (personal.isEmpty()) {
            return false;
        }
        var parts = parts(channel.key());
        return personal.contains(PersonalData.WHOLE) || !known.containsAll(parts) || !isDisjoint(personal, parts);
    }

    private static boolean isDisjoint(Set<String> some, List<String> others) {
        return others.stream().noneMatch(some::contains);
    }

    /** Names of the fields that a key consists of: {@code order id (source/number)} is {@code orderId}. */
    private static List<String> parts(String key) {
        return Arrays.stream(key.replaceFirst(" \\(.*", "").split(", ?"))
                .map(ChannelKeys::camelCase)
                .toList();
    }

    private static String camelCase(String words) {
        var parts = words.strip().split(" +");
        return Stream.concat(
                        Stream.of(parts[0]),
                        Arrays.stream(parts)
                                .skip(1)
                                .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1)))
                .collect(Collectors.joining());
    }

    private static byte[] secret() {
        var secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return secret;
    }
}
