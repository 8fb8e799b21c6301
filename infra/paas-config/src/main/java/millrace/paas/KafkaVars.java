package millrace.paas;

import java.net.URI;
import java.net.URISyntaxException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import millrace.paas.ConfigVars.InvalidConfigVar;

/** Converts {@code KAFKA_*} to the properties of a Kafka client. */
final class KafkaVars {
    private static final String TLS = "kafka+ssl";
    private static final String PLAIN = "kafka";
    private static final String URLS =
            "kafka+ssl://HOST:PORT or kafka://HOST:PORT, several of one kind separated by commas";
    private static final String CERTIFICATES = "one or several certificates in PEM";
    private static final String KEY = "one unencrypted private key in PEM, PKCS#1 or PKCS#8";

    private KafkaVars() {}

    /**
     * Properties of every client: addresses of the brokers and, with TLS, the client's identity and the trusted
     * certificates.
     */
    static Map<String, String> properties(ConfigVars vars) {
        var properties = new LinkedHashMap<String, String>();
        vars.required("KAFKA_URL", URLS, KafkaVars::brokers)
                .ifPresent(brokers -> properties.put(
                        "bootstrap.servers",
                        brokers.stream().map(URI::getAuthority).collect(Collectors.joining(","))));
        if (vars.text("KAFKA_URL").filter(urls -> urls.startsWith(TLS)).isPresent()) {
            tls(vars, properties);
        }
        return properties;
    }

    /** Prefix of topics and groups; empty if the platform has none. */
    static String prefix(ConfigVars vars) {
        return vars.optional("KAFKA_PREFIX", "at most 100 of the characters a-z A-Z 0-9 . _ -", KafkaVars::prefix)
                .orElse("");
    }

    private static void tls(ConfigVars vars, Map<String, String> properties) {
        var trusted = vars.required("KAFKA_TRUSTED_CERT", CERTIFICATES, PemBlock::certificates);
        var chain = vars.required("KAFKA_CLIENT_CERT", CERTIFICATES, PemBlock::certificates);
        var key = vars.required("KAFKA_CLIENT_CERT_KEY", KEY, PrivateKeys::read);
        if (chain.isPresent()
                && key.isPresent()
                && doNotMatch(chain.get().get(0).certificate(), key.get())) {
            vars.refuse("KAFKA_CLIENT_CERT_KEY is not the key of KAFKA_CLIENT_CERT; expected a pair");
        }
        properties.put("security.protocol", "SSL");
        properties.put("ssl.truststore.type", "PEM");
        trusted.ifPresent(certificates -> properties.put("ssl.truststore.certificates", pem(certificates)));
        properties.put("ssl.keystore.type", "PEM");
        chain.ifPresent(certificates -> properties.put("ssl.keystore.certificate.chain", pem(certificates)));
        key.ifPresent(
                pkcs8 -> properties.put("ssl.keystore.key", new PemBlock("PRIVATE KEY", pkcs8.getEncoded()).text()));
        // Empty disables the check of the host name: the platform's brokers have certificates with a random name.
        // Their chain is still verified.
        properties.put("ssl.endpoint.identification.algorithm", "");
    }

    private static List<URI> brokers(String urls) {
        var entries = urls.split(",", -1);
        var brokers = Arrays.stream(entries).map(KafkaVars::broker).toList();
        if (brokers.stream().map(URI::getScheme).distinct().count() > 1) {
            throw new InvalidConfigVar("mixes brokers with and without TLS");
        }
        return brokers;
    }

    private static URI broker(String url) {
        try {
            var broker = new URI(url.strip());
            if (!List.of(TLS, PLAIN).contains(String.valueOf(broker.getScheme()))) {
                throw new InvalidConfigVar("has an entry with another scheme");
            }
            if (broker.getHost() == null || broker.getPort() < 1) {
                throw new InvalidConfigVar("has an entry without a host or without a port");
            }
            if (!broker.toString().equals(broker.getScheme() + "://" + broker.getHost() + ":" + broker.getPort())) {
                throw new InvalidConfigVar("has an entry with more than a host and a port");
            }
            return broker;
        } catch (URISyntaxException notReadable) {
            throw new InvalidConfigVar("has an entry that is no URL");
        }
    }

    private static String prefix(String prefix) {
        if (!prefix.matches("[a-zA-Z0-9._-]{1,100}")) {
            throw new InvalidConfigVar("cannot start the name of a topic");
        }
        return prefix;
    }

    private static boolean doNotMatch(X509Certificate certificate, PrivateKey key) {
        return certificate.getPublicKey() instanceof RSAKey itsKey
                && !(key instanceof RSAKey ours && ours.getModulus().equals(itsKey.getModulus()));
    }

    private static String pem(List<PemBlock> certificates) {
        return certificates.stream().map(PemBlock::text).collect(Collectors.joining());
    }
}
