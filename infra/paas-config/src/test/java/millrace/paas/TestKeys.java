package millrace.paas;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates and keys in the forms of various platforms, created once, since RSA keys take a second. */
final class TestKeys {
    static final TestKeys CLIENT = rsa("client");
    static final TestKeys OTHER = rsa("other");
    static final TestKeys EC = make("EC", new ECGenParameterSpec("secp256r1"), "SHA256withECDSA", "ec");

    final String certificate;
    final String pkcs1;
    final String pkcs8;

    private TestKeys(String certificate, String pkcs1, String pkcs8) {
        this.certificate = certificate;
        this.pkcs1 = pkcs1;
        this.pkcs8 = pkcs8;
    }

    /** Config vars in the form of the PaaS: several brokers, two authorities, a key in PKCS#1. */
    static Map<String, String> paas() {
        return Map.of(
                "KAFKA_URL", "kafka+ssl://one.example:9096,kafka+ssl://two.example:9096",
                "KAFKA_PREFIX", "columbia-68051.",
                "KAFKA_TRUSTED_CERT", CLIENT.certificate + OTHER.certificate,
                "KAFKA_CLIENT_CERT", CLIENT.certificate,
                "KAFKA_CLIENT_CERT_KEY", CLIENT.pkcs1,
                "DATABASE_URL", "postgres://shop:s3cret@db.example:5433/shop",
                // fork: audit
                "AUDIT_MASTER_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                // fork: end
                "PORT", "8080");
    }

    private static TestKeys rsa(String name) {
        return make("RSA", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4), "SHA256withRSA", name);
    }

    private static TestKeys make(String algorithm, AlgorithmParameterSpec spec, String signature, String name) {
        try {
            var generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(spec);
            var keys = generator.generateKeyPair();
            var bare =
                    PrivateKeyInfo.getInstance(keys.getPrivate().getEncoded()).parsePrivateKey();
            return new TestKeys(
                    selfSigned(keys, signature, new X500Name("CN=" + name)),
                    new PemBlock(
                                    algorithm + " PRIVATE KEY",
                                    bare.toASN1Primitive().getEncoded())
                            .text(),
                    new PemBlock("PRIVATE KEY", keys.getPrivate().getEncoded()).text());
        } catch (Exception e) {
            throw new IllegalStateException("No keys for " + name, e);
        }
    }

    private static String selfSigned(KeyPair keys, String signature, X500Name name) throws Exception {
        var now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                name, BigInteger.ONE, Date.from(now), Date.from(now.plus(Duration.ofDays(1))), name, keys.getPublic());
        var signer = new JcaContentSignerBuilder(signature).build(keys.getPrivate());
        return new PemBlock("CERTIFICATE", builder.build(signer).getEncoded()).text();
    }
}
