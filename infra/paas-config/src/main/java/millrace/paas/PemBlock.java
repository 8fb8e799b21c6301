package millrace.paas;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import millrace.paas.ConfigVars.InvalidConfigVar;

/**
 * One block of PEM. The newlines of PEM in config vars are often the two characters {@code \n}, which Java does not
 * read: they are accepted.
 *
 * @param type for example {@code "CERTIFICATE"}
 */
record PemBlock(String type, byte[] der) {
    private static final String BEGIN = "-----BEGIN ";
    private static final Pattern BLOCK = Pattern.compile(BEGIN + "([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

    /** Returns the blocks of the text, at least one. */
    static List<PemBlock> blocks(String text) {
        var pem = text.replace("\\r", "").replace("\\n", "\n");
        var blocks = BLOCK.matcher(pem)
                .results()
                .map(block -> new PemBlock(block.group(1), decode(block.group(2))))
                .toList();
        if (blocks.isEmpty()) {
            throw new InvalidConfigVar("holds no whole block of PEM");
        }
        if (pem.split(BEGIN, -1).length - 1 != blocks.size()) {
            throw new InvalidConfigVar("holds a block of PEM that is cut off");
        }
        return blocks;
    }

    /** Returns the certificates of the text, at least one; any other block is refused. */
    static List<PemBlock> certificates(String text) {
        var blocks = blocks(text);
        blocks.forEach(PemBlock::certificate);
        return blocks;
    }

    X509Certificate certificate() {
        try {
            var certificates = CertificateFactory.getInstance("X.509");
            return (X509Certificate) certificates.generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException notReadable) {
            throw new InvalidConfigVar("holds a block of PEM that is no X.509 certificate");
        }
    }

    /** Text of the block with lines of 64 characters, as in a file. */
    String text() {
        var base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, base64.encodeToString(der), type);
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
        } catch (IllegalArgumentException notBase64) {
            throw new InvalidConfigVar("holds a block of PEM that is not base64");
        }
    }
}
