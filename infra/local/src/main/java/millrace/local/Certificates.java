package millrace.local;

import static java.util.stream.Collectors.toMap;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.security.auth.x500.X500Principal;
import millrace.channels.KafkaIdentities;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * TLS identities of a cluster in the form of the PaaS: one authority per cluster, a broker certificate that names no
 * host, and a client key in PKCS#1.
 *
 * @param authority PEM of the certificate that signs the others; before former ones while they are replaced
 * @param otherAuthority PEM of the certificate of an authority that has signed none of them
 * @param brokerName common name of the broker certificate; it is random, so that no client can rely on it
 * @param app the client of the config vars
 * @param admin the client of the platform itself; it has every right
 * @param own the clients with identities of their own, by process
 */
record Certificates(
        String authority,
        String otherAuthority,
        String brokerName,
        TlsIdentity broker,
        TlsIdentity app,
        TlsIdentity admin,
        Map<String, TlsIdentity> own) {
    private static final Duration VALID = Duration.ofDays(3650);

    /** Reads the certificates of the data directory; makes all of them anew if one is missing, as at its first start. */
    static Certificates of(DataDirectory directory) {
        var brokerName = directory.getOrCreate("broker.name", () -> "broker-" + UUID.randomUUID());
        var processes = KafkaIdentities.processes();
        if (!TlsIdentity.exists(directory, "admin")
                || !processes.stream()
                        .map(KafkaIdentities::ofProcess)
                        .allMatch(name -> TlsIdentity.exists(directory, name))) {
            directory.emptyFolder("data/tls");
            make(directory, brokerName);
        }
        return new Certificates(
                TlsIdentity.read(directory, "authority").certificate(),
                TlsIdentity.read(directory, "other-authority").certificate(),
                brokerName,
                TlsIdentity.read(directory, "broker"),
                TlsIdentity.read(directory, KafkaIdentities.SHARED),
                TlsIdentity.read(directory, "admin"),
                processes.stream()
                        .collect(toMap(
                                process -> process,
                                process -> TlsIdentity.read(directory, KafkaIdentities.ofProcess(process)))));
    }

    /**
     * Returns the content of {@code KAFKA_TRUSTED_CERT}. While the PaaS replaces its authority that is two certificates,
     * of which either may be the one that counts; here it is the second.
     */
    String trusted(boolean twoAuthorities) {
        return twoAuthorities ? otherAuthority + authority : authority;
    }

    /**
     * Replaces the authority and all identities in the data directory. Brokers that run keep the certificate that they
     * present, and trust the former authorities, too; so must clients, which may still have the former ones. The next
     * start of the platform knows the new ones alone. A crash meanwhile leaves a directory that makes all of them anew.
     */
    Certificates replace(DataDirectory directory) {
        directory.delete(TlsIdentity.keyFile("admin"));
        make(directory, brokerName);
        var next = of(directory);
        return new Certificates(
                next.authority + authority, next.otherAuthority, brokerName, broker, next.app, next.admin, next.own);
    }

    /** Makes the identity of a server of this machine: its certificate signs itself, and names this machine. */
    static TlsIdentity ofLoopback() {
        try {
            var keys = keys("EC", 256);
            var builder = certificate("localhost", keys, "localhost")
                    .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                        new GeneralName(GeneralName.dNSName, "localhost"),
                        new GeneralName(GeneralName.iPAddress, "127.0.0.1")
                    }));
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
            return new TlsIdentity(pem(builder.build(signer)), pkcs8(keys));
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException("The certificate of this machine cannot be made", e);
        }
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
            var other = keys("EC", 256);
            var otherName = "ca-" + UUID.randomUUID();
            new TlsIdentity(certificate(otherName, other, otherName, other, true), "")
                    .write(directory, "other-authority");
            for (var process : KafkaIdentities.processes()) {
                var own = KafkaIdentities.ofProcess(process);
                var keys = keys("EC", 256);
                new TlsIdentity(certificate(own, keys, name, authority, false), pkcs8(keys)).write(directory, own);
            }
            var app = appKeys.join();
            var shared = KafkaIdentities.SHARED;
            new TlsIdentity(certificate(shared, app, name, authority, false), pem(app.getPrivate()))
                    .write(directory, shared);
            new TlsIdentity(certificate("admin", admin, name, authority, false), pkcs8(admin))
                    .write(directory, "admin");
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException("The certificates of the platform cannot be made", e);
        }
    }

    /**
     * Makes a key pair. RSA, which the PaaS uses, takes a second; keys that the PaaS does not give are elliptic-curve
     * keys.
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
            throws OperatorCreationException, IOException {
        var builder = certificate(subject, keys, issuer)
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
        var algorithm = authority.getPrivate().getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
        return pem(builder.build(new JcaContentSignerBuilder(algorithm).build(authority.getPrivate())));
    }

    private static X509v3CertificateBuilder certificate(String subject, KeyPair keys, String issuer) {
        var now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                new X500Principal("CN=" + issuer),
                new BigInteger(64, new SecureRandom()),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(VALID)),
                new X500Principal("CN=" + subject),
                keys.getPublic());
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
