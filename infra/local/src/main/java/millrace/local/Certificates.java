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
 * TLS identities of a cluster in the form of the PaaS: one authority per cluster, a broker certificate that names no
 * host, and a client key in PKCS#1.
 *
 * @param authority PEM of the certificate that signs the others
 * @param brokerName common name of the broker certificate; it is random, so that no client can rely on it
 * @param app the client of the config vars
 * @param admin the client of the platform itself; it has every right
 */
record Certificates(String authority, String brokerName, TlsIdentity broker, TlsIdentity app, TlsIdentity admin) {
    private static final Duration VALID = Duration.ofDays(3650);

    /** Reads the certificates of the data directory; makes them at its first start. */
    static Certificates of(DataDirectory directory) {
        var brokerName = directory.getOrCreate("broker.name", () -> "broker-" + UUID.randomUUID());
        if (!Files.exists(directory.resolve("data/tls/admin.key"))) {
            make(directory, brokerName);
        }
        var authority = TlsIdentity.read(directory, "authority").certificate();
        return new Certificates(
                authority,
                brokerName,
                TlsIdentity.read(directory, "broker"),
                TlsIdentity.read(directory, "app"),
                TlsIdentity.read(directory, "admin"));
    }

    private static void make(DataDirectory directory, String brokerName) {
        var authorityKeys = CompletableFuture.supplyAsync(() -> keys("RSA", 2048));
        var appKeys = CompletableFuture.supplyAsync(() -> keys("RSA", 2048));
        try {
            var broker = keys("EC", 256);
            var admin = keys("EC", 256);
            var name = "ca-" + UUID.randomUUID();
            var authority = authorityKeys.join();
            new TlsIdentity(certificate(name, authority, name, authority, true), "").write(directory, "authority");
            new TlsIdentity(certificate(brokerName, broker, name, authority, false), pkcs8(broker))
                    .write(directory, "broker");
            var app = appKeys.join();
            new TlsIdentity(certificate("app", app, name, authority, false), pem(app.getPrivate()))
                    .write(directory, "app");
            new TlsIdentity(certificate("admin", admin, name, authority, false), pkcs8(admin))
                    .write(directory, "admin");
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("The certificates of the platform cannot be made", e);
        }
    }

    /**
     * Makes a key pair. RSA, which the PaaS uses, takes a second; keys that the application never sees are
     * elliptic-curve keys.
     */
    private static KeyPair keys(String algorithm, int bits) {
        try {
            var generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has " + algorithm, e);
        }
    }

    private static String certificate(
            String subject, KeyPair keys, String issuer, KeyPair authority, boolean isAuthority)
            throws GeneralSecurityException, OperatorCreationException, IOException {
        var now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                new X500Principal("CN=" + issuer),
                new BigInteger(64, new SecureRandom()),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(VALID)),
                new X500Principal("CN=" + subject),
                keys.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
        return pem(builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(authority.getPrivate())));
    }

    /** Writes the private key in PKCS#8, which Java reads. */
    private static String pkcs8(KeyPair keys) throws IOException {
        return pem(new JcaPKCS8Generator(keys.getPrivate(), null));
    }

    /** Writes PEM. A private key is written in PKCS#1, as the PaaS delivers it. */
    private static String pem(Object object) throws IOException {
        var text = new StringWriter();
        try (var pem = new JcaPEMWriter(text)) {
            pem.writeObject(object);
        }
        return text.toString();
    }
}
