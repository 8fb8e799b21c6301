package millrace.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS of a server of this machine: a certificate that signs itself, for {@code localhost} and 127.0.0.1. It is made once
 * for a data directory, where clients find it.
 */
public final class LoopbackTls {
    private static final String IDENTITY = "control";
    private static final char[] NO_PASSWORD = {};

    private LoopbackTls() {}

    /** Path of the certificate in a data directory, for a client that trusts it. */
    public static Path certificate(Path directory) {
        return directory.resolve(TlsIdentity.certificateFile(IDENTITY));
    }

    /** Returns the TLS context of the server; makes its key and certificate if there are none. */
    public static SSLContext server(DataDirectory directory) {
        if (!TlsIdentity.exists(directory, IDENTITY)) {
            Certificates.ofLoopback().write(directory, IDENTITY);
        }
        try {
            var identity = TlsIdentity.read(directory, IDENTITY);
            var key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(content(identity.key())));
            var store = emptyStore();
            store.setKeyEntry(IDENTITY, key, NO_PASSWORD, new Certificate[] {read(certificate(directory.path()))});
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, NO_PASSWORD);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, new SecureRandom());
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("The certificate of the control API cannot be used", e);
        }
    }

    /** Returns the TLS context of a client that trusts the server of a data directory, and no other. */
    public static SSLContext client(Path directory) {
        try {
            var store = emptyStore();
            store.setCertificateEntry(IDENTITY, read(certificate(directory)));
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), new SecureRandom());
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("The certificate of the control API cannot be read", e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Certificate read(Path file) throws GeneralSecurityException {
        try (var pem = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificate(pem);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    /** Decodes the only block of a PEM. */
    private static byte[] content(String pem) {
        return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    }
}
