import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;

/**
 * Checks a proof of bin/audit prove with a JDK and the public key, and nothing else:
 * java docs/VerifyProof.java PROOF PUBLIC-KEY. Exit code 0 says that the archive had this record when it was signed. Prints
 * what the record says; a part in place of which "sealed:..." stands is encrypted, and the proof is of the encrypted part.
 */
public final class VerifyProof {
    private static final List<String> NAMES =
            List.of("record", "index", "path", "segment", "logIndex", "logPath", "checkpoint");

    private final Properties proof = new Properties();

    public static void main(String[] arguments) {
        System.exit(run(arguments, System.out, System.err));
    }

    /** Exit code: 0 proved, 1 not proved, 2 not understood. */
    public static int run(String[] arguments, PrintStream out, PrintStream err) {
        if (arguments.length != 2) {
            err.println("Usage: java docs/VerifyProof.java PROOF PUBLIC-KEY (files; the key as bin/audit key prints it)");
            return 2;
        }
        try {
            out.println(new VerifyProof().verify(Path.of(arguments[0]), Path.of(arguments[1])));
            return 0;
        } catch (Refused e) {
            err.println("NOT PROVED: " + e.getMessage());
            return 1;
        } catch (IOException | OutOfMemoryError e) {
            err.println("NOT PROVED: a file cannot be read, or is no text: " + e.getMessage());
            return 1;
        } catch (Exception e) {
            err.println("NOT PROVED: it is not as bin/audit prove writes it");
            return 1;
        }
    }

    /** Why the proof proves nothing. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    private String verify(Path proofFile, Path keyFile) throws Exception {
        var file = Files.readString(proofFile);
        proof.load(new StringReader(file));
        if (!file.equals(asWritten())) {
            throw new Refused("it is not as bin/audit prove writes it");
        }
        var checkpoint = signedText(new String(bytes("checkpoint"), UTF_8), Files.readString(keyFile)).split("\n");
        var segment = new Fields(bytes("segment"), 3);
        var record = new Fields(bytes("record"), 1);
        var segmentLeaf = leaf(bytes("segment"));
        if (!climbs(segmentLeaf, index("logIndex"), Long.parseLong(checkpoint[1]), "logPath", Base64.getDecoder().decode(checkpoint[2]))) {
            throw new Refused("the path does not lead from the segment to the root of the log that was signed");
        }
        var channel = segment.text();
        var partition = segment.number();
        segment.number();
        var life = segment.number();
        var topic = segment.bytes();
        var firstSeq = segment.number();
        var size = segment.number() - firstSeq;
        segment.number();
        segment.number();
        var root = segment.bytes();
        var unproven = segment.number();
        var closed = Instant.ofEpochMilli(segment.number());
        var index = index("index");
        if (!climbs(leaf(bytes("record")), index, size, "path", root)) {
            throw new Refused("the path does not lead from the record to the root of its segment");
        }
        var isThere = record.text().equals(channel)
                && record.number() == partition
                && record.number() == firstSeq + index
                && record.number() == life
                && Arrays.equals(record.bytes(), topic);
        if (!isThere) {
            throw new Refused("the record is of another place than the segment");
        }
        return "PROVED: the record at offset %d of partition %d of %s was entry %d of its chain at %s.\n"
                        .formatted(record.number(), partition, channel, firstSeq + index, closed)
                + describe(record)
                + "log        %s, checkpoint of %s segments, signed at %s\n".formatted(checkpoint[0], checkpoint[1], checkpoint[3])
                + (unproven == 0
                        ? ""
                        : "NOTE       %d of the %d entries of its segment were signed after the broker had removed them\n"
                                .formatted(unproven, size));
    }

    /** C2SP's signed-note: the text, an empty line, and lines of a name and a key's id with an Ed25519 signature. */
    private static String signedText(String note, String base64Keys) throws Exception {
        var border = note.indexOf("\n\n");
        if (border < 0) {
            throw new Refused("it has no checkpoint");
        }
        var text = note.substring(0, border + 1);
        for (var base64 : base64Keys.strip().split(",")) {
            var key = key(base64.strip());
            var encoded = key.getEncoded();
            var name = text.substring(0, text.indexOf('\n'));
            var id = keyId(name, encoded);
            for (var line : note.substring(border + 2).split("\n")) {
                var start = "\u2014 " + name + " ";
                var signed = line.startsWith(start) ? decode(line.substring(start.length())) : new byte[0];
                var check = Signature.getInstance("Ed25519");
                check.initVerify(key);
                check.update(text.getBytes(UTF_8));
                if (signed.length == 68 && Arrays.equals(signed, 0, 4, id, 0, 4) && check.verify(signed, 4, 64)) {
                    return text;
                }
            }
        }
        throw new Refused("the checkpoint is not signed with this key");
    }

    private static PublicKey key(String base64) throws Refused {
        try {
            var encoded = new X509EncodedKeySpec(Base64.getDecoder().decode(base64));
            return KeyFactory.getInstance("Ed25519").generatePublic(encoded);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new Refused("the key is not as bin/audit key prints it");
        }
    }

    /** The first four bytes identify the key; the last 32 bytes of its encoding are the key itself. */
    private static byte[] keyId(String name, byte[] encoded) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256");
        digest.update((name + "\n").getBytes(UTF_8));
        digest.update((byte) 1);
        return digest.digest(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
    }

    private static String describe(Fields record) throws Exception {
        record.bytes();
        var text = new StringBuilder("time       ").append(Instant.ofEpochMilli(record.number())).append(" (");
        text.append(record.text()).append(")\n");
        var headers = record.count();
        for (var i = 0; i < headers; i++) {
            text.append("header     ").append(readable(record.bytes())).append(": ").append(readable(record.bytes())).append('\n');
        }
        text.append("key        ").append(readable(record.bytes())).append('\n');
        return text.append("value      ").append(readable(record.bytes())).append('\n').toString();
    }

    private static String readable(byte[] bytes) {
        if (bytes == null) {
            return "none";
        }
        try {
            var text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return text.codePoints().allMatch(VerifyProof::isPlain) ? text : "bytes " + HexFormat.of().formatHex(bytes);
        } catch (CharacterCodingException notText) {
            return "bytes " + HexFormat.of().formatHex(bytes);
        }
    }

    /** Neither ends the line nor turns its direction. */
    private static boolean isPlain(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private String asWritten() throws Refused {
        var lines = new StringBuilder();
        for (var name : NAMES) {
            lines.append(name).append('=').append(text(name)).append('\n');
        }
        return lines.toString();
    }

    /** RFC 9162, 2.1.3.2. */
    private boolean climbs(byte[] leaf, long index, long size, String path, byte[] root) throws Exception {
        if (index < 0 || index >= size) {
            return false;
        }
        var place = index;
        var last = size - 1;
        var climbed = leaf;
        for (var step : text(path).isEmpty() ? new String[0] : text(path).split(",", -1)) {
            if (last == 0) {
                return false;
            }
            var other = decode(step);
            if (place % 2 == 1 || place == last) {
                climbed = sha256((byte) 1, other, climbed);
                while (place % 2 == 0 && place != 0) {
                    place /= 2;
                    last /= 2;
                }
            } else {
                climbed = sha256((byte) 1, climbed, other);
            }
            place /= 2;
            last /= 2;
        }
        return last == 0 && Arrays.equals(climbed, root);
    }

    /** A leaf: its kind, then fields of a length in four bytes and their bytes; -1 is none. */
    private static final class Fields {
        private final DataInputStream in;

        Fields(byte[] leaf, int kind) throws Exception {
            in = new DataInputStream(new ByteArrayInputStream(leaf));
            if (in.readByte() != kind) {
                throw new Refused("it is of another kind");
            }
        }

        int count() throws Exception {
            return in.readInt();
        }

        byte[] bytes() throws Exception {
            var length = in.readInt();
            return length < 0 ? null : in.readNBytes(length);
        }

        String text() throws Exception {
            return new String(bytes(), UTF_8);
        }

        long number() throws Exception {
            return ByteBuffer.wrap(bytes()).getLong();
        }
    }

    private static byte[] leaf(byte[] bytes) throws Exception {
        return sha256((byte) 0, bytes, new byte[0]);
    }

    private static byte[] sha256(byte kind, byte[] left, byte[] right) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256");
        digest.update(kind);
        digest.update(left);
        return digest.digest(right);
    }

    private long index(String name) throws Refused {
        var index = Long.parseLong(text(name));
        if (!text(name).equals("" + index)) {
            throw new Refused("it is not as bin/audit prove writes it");
        }
        return index;
    }

    private byte[] bytes(String name) throws Refused {
        return decode(text(name));
    }

    /** Base64 has several texts for the same bytes; only the one that the JDK writes is taken. */
    private static byte[] decode(String base64) throws Refused {
        var bytes = Base64.getDecoder().decode(base64);
        if (!Base64.getEncoder().encodeToString(bytes).equals(base64)) {
            throw new Refused("it has been changed");
        }
        return bytes;
    }

    private String text(String name) throws Refused {
        if (!proof.containsKey(name)) {
            throw new Refused("it has no " + name);
        }
        return proof.getProperty(name);
    }
}
