package millrace.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/**
 * Who somebody is to the broker.
 *
 * @param certificate PEM
 * @param key PEM
 */
record TlsIdentity(String certificate, String key) {
    /** The one of that name in the home, if there is one. */
    static TlsIdentity read(DataDirectory home, String name) {
        try {
            return new TlsIdentity(
                    Files.readString(home.resolve(certificateFile(name))),
                    Files.readString(home.resolve(keyFile(name))));
        } catch (IOException e) {
            throw new UncheckedIOException("The certificate of " + name + " cannot be read", e);
        }
    }

    void write(DataDirectory home, String name) {
        home.write(certificateFile(name), certificate);
        home.write(keyFile(name), key);
    }

    private static String certificateFile(String name) {
        return "data/tls/" + name + ".crt";
    }

    private static String keyFile(String name) {
        return "data/tls/" + name + ".key";
    }
}
