package millrace.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/**
 * Certificate and private key of a client or a broker.
 *
 * @param certificate PEM
 * @param key PEM
 */
record TlsIdentity(String certificate, String key) {
    static boolean exists(DataDirectory directory, String name) {
        return Files.exists(directory.resolve(keyFile(name)));
    }

    /** Reads the identity of that name from the data directory. */
    static TlsIdentity read(DataDirectory directory, String name) {
        try {
            return new TlsIdentity(
                    Files.readString(directory.resolve(certificateFile(name))),
                    Files.readString(directory.resolve(keyFile(name))));
        } catch (IOException e) {
            throw new UncheckedIOException("The certificate of " + name + " cannot be read", e);
        }
    }

    void write(DataDirectory directory, String name) {
        directory.write(certificateFile(name), certificate);
        directory.write(keyFile(name), key);
    }

    static String certificateFile(String name) {
        return "data/tls/" + name + ".crt";
    }

    static String keyFile(String name) {
        return "data/tls/" + name + ".key";
    }
}
