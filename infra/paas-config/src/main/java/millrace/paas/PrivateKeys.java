package millrace.paas;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import millrace.paas.ConfigVars.InvalidConfigVar;

/** Reads a private key in PKCS#8, or in PKCS#1, which the PaaS delivers but Java and Kafka do not read. */
final class PrivateKeys {
    /** Version 0 and the algorithm, OID 1.2.840.113549.1.1.1 (rsaEncryption) without parameters: RFC 5208 and 8017. */
    private static final byte[] VERSION_AND_RSA = HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;

    private PrivateKeys() {}

    /** Reads the single private key of the text. */
    static PrivateKey read(String text) {
        var blocks = PemBlock.blocks(text);
        if (blocks.size() > 1) {
            throw new InvalidConfigVar("holds " + blocks.size() + " blocks of PEM");
        }
        var block = blocks.get(0);
        return switch (block.type()) {
            case "PRIVATE KEY" -> key(block.der());
            case "RSA PRIVATE KEY" -> key(wrap(block.der()));
            default -> throw new InvalidConfigVar("holds a block of PEM of the type " + block.type());
        };
    }

    /** Converts PKCS#1 to PKCS#8, which holds the same numbers after a version and an algorithm. */
    private static byte[] wrap(byte[] pkcs1) {
        var content = new ByteArrayOutputStream();
        content.writeBytes(VERSION_AND_RSA);
        content.writeBytes(der(OCTET_STRING, pkcs1));
        return der(SEQUENCE, content.toByteArray());
    }

    /**
     * Encodes tag, length and content. A length under 128 takes one byte; a longer one is preceded by its number of
     * bytes, here two.
     */
    private static byte[] der(int tag, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else {
            out.write(0x82);
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static PrivateKey key(byte[] pkcs8) {
        for (var algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException notThisAlgorithm) {
                continue;
            }
        }
        throw new InvalidConfigVar("holds a private key that cannot be read");
    }
}
