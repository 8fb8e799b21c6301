package millrace.release.doctor;

import java.io.StringWriter;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that signs certificates for 127.0.0.1. */
final class TestAuthority {
    private final String name;
    private final KeyPair keys = keys();
    private final String certificate;

    TestAuthority(String name) throws Exception {
        this.name = name;
        this.certificate = signed(name, keys, Instant.now().plus(Duration.ofDays(1)), true);
    }

    /**
     * A certificate and its private key, both in PEM.
     *
     * @param key PKCS#8
     */
    record Identity(String certificate, String key) {}

    /** Certificate of the authority itself, in PEM. */
    String certificate() {
        return certificate;
    }

    Identity sign(String subject) throws Exception {
        return sign(subject, Instant.now().plus(Duration.ofDays(1)));
    }

    /** Signs a certificate that is valid until that time, which may be in the past. */
    Identity sign(String subject, Instant end) throws Exception {
        var own = keys();
        return new Identity(signed(subject, own, end, false), pem(new JcaPKCS8Generator(own.getPrivate(), null)));
    }

    private String signed(String subject, KeyPair own, Instant end, boolean isAuthority) throws Exception {
        var builder = new JcaX509v3CertificateBuilder(
                new X500Principal("CN=" + name),
                new BigInteger(64, new SecureRandom()),
                Date.from(Instant.now().minus(Duration.ofDays(2))),
                Date.from(end),
                new X500Principal("CN=" + subject),
                own.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
        return pem(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    }

    private static KeyPair keys() throws Exception {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private static String pem(Object object) throws Exception {
        var text = new StringWriter();
        try (var pem = new JcaPEMWriter(text)) {
            pem.writeObject(object);
        }
        return text.toString();
    }
}
