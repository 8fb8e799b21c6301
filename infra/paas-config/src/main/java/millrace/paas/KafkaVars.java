package millrace.paas;

import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import millrace.paas.ConfigVars.InvalidConfigVar;

/**
 * Converts {@code KAFKA_*} to the properties of a Kafka client. The scheme of {@code KAFKA_URL} says whether TLS is used.
 * The client is identified by a certificate, or by {@code KAFKA_USERNAME}, or without TLS by nothing.
 */
final class KafkaVars {
    private static final String TLS = "kafka+ssl";
    private static final String PLAIN = "kafka";
    private static final String URLS =
            "kafka+ssl://HOST:PORT or kafka://HOST:PORT, several of one kind separated by commas";
    private static final String CERTIFICATES = "one or several certificates in PEM";
    private static final String KEY = "one unencrypted private key in PEM, PKCS#1 or PKCS#8";
    private static final String TRUSTED = "KAFKA_TRUSTED_CERT";
    private static final String CHAIN = "KAFKA_CLIENT_CERT";
    private static final String CHAIN_KEY = "KAFKA_CLIENT_CERT_KEY";
    private static final String USER = "KAFKA_USERNAME";
    private static final String PASSWORD = "KAFKA_PASSWORD";
    private static final String MECHANISM = "KAFKA_SASL_MECHANISM";
    private static final List<String> MECHANISMS = List.of("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN");

    private KafkaVars() {}

    /** Properties of every client: addresses of the brokers, the trusted certificates and the client's identity. */
    static Map<String, String> properties(ConfigVars vars) {
        var properties = new LinkedHashMap<String, String>();
        vars.required("KAFKA_URL", URLS, KafkaVars::brokers)
                .ifPresent(brokers -> properties.put(
                        "bootstrap.servers",
                        brokers.stream().map(URI::getAuthority).collect(Collectors.joining(","))));
        var url = vars.text("KAFKA_URL").orElse("");
        var user = Stream.of(USER, PASSWORD, MECHANISM).anyMatch(vars::has);
        if (user) {
            user(vars, properties);
        }
        if (url.startsWith(TLS)) {
            properties.put("security.protocol", user ? "SASL_SSL" : "SSL");
            tls(vars, user, properties);
        } else if (url.startsWith(PLAIN)) {
            refuse(vars, "and KAFKA_URL begins with kafka://, which uses no certificate", TRUSTED, CHAIN, CHAIN_KEY);
            if (user) {
                properties.put("security.protocol", "SASL_PLAINTEXT");
            }
        }
        return properties;
    }

    /** Prefix of topics and groups; empty if the platform has none. */
    static String prefix(ConfigVars vars) {
        return vars.optional("KAFKA_PREFIX", "at most 100 of the characters a-z A-Z 0-9 . _ -", KafkaVars::prefix)
                .orElse("");
    }

    private static void user(ConfigVars vars, Map<String, String> properties) {
        var user = vars.required(USER, "the name of the client, with KAFKA_PASSWORD", name -> name);
        var password = vars.required(PASSWORD, "the password of KAFKA_USERNAME", text -> text);
        var mechanism = vars.optional(MECHANISM, String.join(", ", MECHANISMS), KafkaVars::mechanism)
                .orElse(MECHANISMS.getFirst());
        var module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
        properties.put("sasl.mechanism", mechanism);
        properties.put(
                "sasl.jaas.config",
                "org.apache.kafka.common.security.%s required username=%s password=%s;"
                        .formatted(module, quoted(user.orElse("")), quoted(password.orElse(""))));
    }

    /**
     * The certificates of TLS. A client with a user may leave {@code KAFKA_TRUSTED_CERT} out where an authority that the
     * JVM trusts has signed the brokers' certificates.
     */
    private static void tls(ConfigVars vars, boolean user, Map<String, String> properties) {
        var trusted = user
                ? vars.optional(TRUSTED, CERTIFICATES, PemBlock::certificates)
                : vars.required(TRUSTED, CERTIFICATES, PemBlock::certificates);
        trusted.ifPresent(certificates -> {
            properties.put("ssl.truststore.type", "PEM");
            properties.put("ssl.truststore.certificates", pem(certificates));
        });
        if (user) {
            refuse(vars, "beside KAFKA_USERNAME, and a client has one identity", CHAIN, CHAIN_KEY);
            return;
        }
        var chain = vars.required(CHAIN, CERTIFICATES, PemBlock::certificates);
        var key = vars.required(CHAIN_KEY, KEY, PrivateKeys::read);
        if (chain.isPresent() && key.isPresent() && !isKeyOf(chain.get().get(0).certificate(), key.get())) {
            vars.refuse("KAFKA_CLIENT_CERT_KEY is not the key of KAFKA_CLIENT_CERT; expected a pair");
        }
        properties.put("ssl.keystore.type", "PEM");
        chain.ifPresent(certificates -> properties.put("ssl.keystore.certificate.chain", pem(certificates)));
        key.ifPresent(
                pkcs8 -> properties.put("ssl.keystore.key", new PemBlock("PRIVATE KEY", pkcs8.getEncoded()).text()));
        // Empty disables the check of the host name: the platform's brokers have certificates with a random name.
        // Their chain is still verified. With a password the name is verified too.
        properties.put("ssl.endpoint.identification.algorithm", "");
    }

    /** Refuses variables that contradict others. */
    private static void refuse(ConfigVars vars, String why, String... names) {
        Stream.of(names)
                .filter(vars::has)
                .forEach(name -> vars.refuse("%s is set %s; expected one of the two".formatted(name, why)));
    }

    private static String mechanism(String name) {
        if (!MECHANISMS.contains(name)) {
            throw new InvalidConfigVar("is no mechanism that is known here");
        }
        return name;
    }

    /** Quotes a value as the parser of {@code sasl.jaas.config} reads it. */
    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
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

    /** Tells whether the certificate verifies what the key signs. */
    private static boolean isKeyOf(X509Certificate certificate, PrivateKey key) {
        var algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        try {
            var signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            var signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            return signature.verify(signed);
        } catch (GeneralSecurityException keyOfAnotherAlgorithm) {
            return false;
        }
    }

    private static String pem(List<PemBlock> certificates) {
        return certificates.stream().map(PemBlock::text).collect(Collectors.joining());
    }
}
