import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks an inclusion proof of bin/audit prove with a JDK and the public key, and nothing else:
 * java docs/VerifyProof.java PROOF PUBLIC-KEY. Exit code 0 says that the archive had this record when it was signed.
 */
public final class VerifyProof {
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
        } catch (Exception e) {
            err.println("NOT PROVED: " + (e instanceof Refused ? e.getMessage() : e.toString()));
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
        var checkpoint = bytes("checkpoint");
        var key = Base64.getDecoder().decode(Files.readString(keyFile).strip());
        var check = Signature.getInstance("Ed25519");
        check.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(key)));
        check.update(checkpoint);
        if (!check.verify(bytes("signature"))) {
            throw new Refused("the checkpoint is not signed with this key");
        }
        var json = new String(checkpoint, UTF_8);
        var size = number(json, "nextSeq") - number(json, "firstSeq");
        var leaf = bytes("leaf");
        var index = Long.parseLong(text("index"));
        if (!text("index").equals("" + index)) {
            throw new Refused("it is not as bin/audit prove writes it");
        }
        if (!climbs(sha256((byte) 0, leaf, new byte[0]), index, size, Base64.getDecoder().decode(string(json, "root")))) {
            throw new Refused("the path does not lead from the record to the root that was signed");
        }
        return describe(leaf, json, number(json, "firstSeq") + index);
    }

    private String asWritten() throws Refused {
        var lines = new StringBuilder();
        for (var name : List.of("checkpoint", "signature", "leaf", "index", "path")) {
            lines.append(name).append('=').append(text(name)).append('\n');
        }
        return lines.toString();
    }

    /** RFC 9162, 2.1.3.2. */
    private boolean climbs(byte[] leaf, long index, long size, byte[] root) throws Exception {
        if (index < 0 || index >= size) {
            return false;
        }
        var place = index;
        var last = size - 1;
        var climbed = leaf;
        for (var step : text("path").isEmpty() ? new String[0] : text("path").split(",", -1)) {
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

    /** The leaf begins with what the record is: kind, then fields of a length in four bytes and their bytes. */
    private static String describe(byte[] leaf, String json, long seq) throws Exception {
        var in = new DataInputStream(new ByteArrayInputStream(leaf));
        in.readByte();
        var channel = new String(field(in), UTF_8);
        var partition = number(field(in));
        if (number(field(in)) != seq || !channel.equals(string(json, "channel")) || partition != number(json, "partition")) {
            throw new Refused("the record is of another place than the checkpoint");
        }
        field(in);
        field(in);
        return "PROVED: the record at offset %d of partition %d of %s was entry %d of its chain at %s"
                .formatted(number(field(in)), partition, channel, seq, string(json, "at"));
    }

    private static byte[] field(DataInputStream in) throws Exception {
        return in.readNBytes(in.readInt());
    }

    private static long number(byte[] eight) {
        return ByteBuffer.wrap(eight).getLong();
    }

    private static byte[] sha256(byte kind, byte[] left, byte[] right) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256");
        digest.update(kind);
        digest.update(left);
        return digest.digest(right);
    }

    private static long number(String json, String field) throws Refused {
        return Long.parseLong(match(json, field, "(\\d+)"));
    }

    private static String string(String json, String field) throws Refused {
        return match(json, field, "\"([^\"\\\\]*)\"");
    }

    /** The checkpoint is flat JSON, and signed: what was signed has each field once. */
    private static String match(String json, String field, String value) throws Refused {
        Matcher matcher = Pattern.compile("\"" + field + "\":" + value).matcher(json);
        if (!matcher.find()) {
            throw new Refused("the checkpoint has no " + field);
        }
        return matcher.group(1);
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
