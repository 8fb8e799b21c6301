package millrace.paas;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import millrace.paas.ConfigVars.InvalidConfigVar;

/** Reads a private key in PKCS#8, or in PKCS#1 as the platform gives it: Java and Kafka only read the former. */
final class PrivateKeys {
    /** Version 0, then the algorithm: OID 1.2.840.113549.1.1.1 (rsaEncryption) without parameters, RFC 5208 and 8017. */
    private static final byte[] VERSION_AND_RSA = HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;

    private PrivateKeys() {}

    /** The one private key of the text. */
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

    /** PKCS#1 becomes PKCS#8: the same numbers with a version and an algorithm before them. */
    private static byte[] wrap(byte[] pkcs1) {
        var content = new ByteArrayOutputStream();
        content.writeBytes(VERSION_AND_RSA);
        content.writeBytes(der(OCTET_STRING, pkcs1));
        return der(SEQUENCE, content.toByteArray());
    }

    /** Tag, length, content: a length under 128 is one byte, a longer one says first of how many bytes it is. */
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
