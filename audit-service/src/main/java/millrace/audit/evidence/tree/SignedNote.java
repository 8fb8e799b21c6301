package millrace.audit.evidence.tree;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import millrace.events.Sha256;

/**
 * A checkpoint in the form of C2SP's signed-note: a text, an empty line, and a line for each signature with the log's name,
 * the first four bytes that identify the key, and an Ed25519 signature of the text.
 */
public final class SignedNote {
    private static final String DASH = "\u2014 ";
    private static final int ID_LENGTH = 4;
    private static final byte ED25519 = 1;

    private SignedNote() {}

    /** Signs with each key: while a key is being replaced, the old one vouches for the new one. */
    public static String sign(TreeHead head, List<SigningKey> keys) {
        var text = head.text();
        return keys.stream()
                .map(key -> line(head.origin(), key.publicKey(), key.sign(text.getBytes(UTF_8))))
                .collect(Collectors.joining("", text + "\n", ""));
    }

    /** Opens a note; empty unless it is a checkpoint of that log and one of the keys has signed it. */
    public static Optional<TreeHead> open(String note, String origin, List<Ed25519> keys) {
        var border = note.indexOf("\n\n");
        if (border < 0) {
            return Optional.empty();
        }
        var text = note.substring(0, border + 1);
        var lines = note.substring(border + 2).split("\n", -1);
        if (keys.stream().noneMatch(key -> Arrays.stream(lines).anyMatch(line -> isOf(key, origin, text, line)))) {
            return Optional.empty();
        }
        try {
            return Optional.of(TreeHead.parse(text))
                    .filter(head -> head.origin().equals(origin));
        } catch (IllegalArgumentException notACheckpoint) {
            return Optional.empty();
        }
    }

    private static boolean isOf(Ed25519 key, String name, String text, String line) {
        var start = DASH + name + " ";
        if (!line.startsWith(start)) {
            return false;
        }
        try {
            var bytes = Base64.getDecoder().decode(line.substring(start.length()));
            return bytes.length > ID_LENGTH
                    && Arrays.equals(bytes, 0, ID_LENGTH, id(name, key), 0, ID_LENGTH)
                    && key.verifies(text.getBytes(UTF_8), Arrays.copyOfRange(bytes, ID_LENGTH, bytes.length));
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static String line(String name, Ed25519 key, byte[] signature) {
        var bytes = Arrays.copyOf(id(name, key), ID_LENGTH + signature.length);
        System.arraycopy(signature, 0, bytes, ID_LENGTH, signature.length);
        return DASH + name + " " + Base64.getEncoder().encodeToString(bytes) + "\n";
    }

    private static byte[] id(String name, Ed25519 key) {
        var digest = Sha256.newDigest();
        digest.update((name + "\n").getBytes(UTF_8));
        digest.update(ED25519);
        return Arrays.copyOf(digest.digest(key.raw()), ID_LENGTH);
    }
}
