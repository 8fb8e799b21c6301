package millrace.local;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Who is who to the broker, in the manner of the PaaS: an authority per cluster, a broker whose certificate names no
 * host, and an application whose key is in PKCS#1.
 *
 * @param authority PEM of the certificate that vouches for the others
 * @param broker its common name is random, so that nobody can rely on it
 * @param app the client of the config vars
 * @param admin what the platform itself acts as; may do everything
 */
record Certificates(String authority, String brokerName, TlsIdentity broker, TlsIdentity app, TlsIdentity admin) {
    private static final Duration VALID = Duration.ofDays(3650);

    /** Those of the home; made at its first start. */
    static Certificates of(DataDirectory home) {
        var brokerName = home.remember("broker.name", () -> "broker-" + UUID.randomUUID());
        if (!Files.exists(home.resolve("data/tls/admin.key"))) {
            make(home, brokerName);
        }
        var authority = TlsIdentity.read(home, "authority").certificate();
        return new Certificates(
                authority,
                brokerName,
                TlsIdentity.read(home, "broker"),
                TlsIdentity.read(home, "app"),
                TlsIdentity.read(home, "admin"));
    }

    private static void make(DataDirectory home, String brokerName) {
        var authorityKeys = CompletableFuture.supplyAsync(() -> keys("RSA", 2048));
        var appKeys = CompletableFuture.supplyAsync(() -> keys("RSA", 2048));
        try {
            var broker = keys("EC", 256);
            var admin = keys("EC", 256);
            var name = "ca-" + UUID.randomUUID();
            var authority = authorityKeys.join();
            new TlsIdentity(certificate(name, authority, name, authority, true), "").write(home, "authority");
            new TlsIdentity(certificate(brokerName, broker, name, authority, false), pkcs8(broker))
                    .write(home, "broker");
            var app = appKeys.join();
            new TlsIdentity(certificate("app", app, name, authority, false), pem(app.getPrivate())).write(home, "app");
            new TlsIdentity(certificate("admin", admin, name, authority, false), pkcs8(admin)).write(home, "admin");
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("The certificates of the platform cannot be made", e);
        }
    }

    /** RSA, as the PaaS has it, takes a second; what the application never sees is of the quick kind. */
    private static KeyPair keys(String algorithm, int bits) {
        try {
            var generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has " + algorithm, e);
        }
    }

    private static String certificate(String subject, KeyPair keys, String issuer, KeyPair authority, boolean vouches)
            throws GeneralSecurityException, OperatorCreationException, IOException {
        var now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                new X500Principal("CN=" + issuer),
                new BigInteger(64, new SecureRandom()),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(VALID)),
                new X500Principal("CN=" + subject),
                keys.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(vouches));
        return pem(builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(authority.getPrivate())));
    }

    /** The form that Java reads. */
    private static String pkcs8(KeyPair keys) throws IOException {
        return pem(new JcaPKCS8Generator(keys.getPrivate(), null));
    }

    /** For a private key this is PKCS#1, the form that the PaaS hands out. */
    private static String pem(Object object) throws IOException {
        var text = new StringWriter();
        try (var pem = new JcaPEMWriter(text)) {
            pem.writeObject(object);
        }
        return text.toString();
    }
}
