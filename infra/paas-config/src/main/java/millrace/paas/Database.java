package millrace.paas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import millrace.paas.ConfigVars.InvalidConfigVar;

/**
 * The database of {@code DATABASE_URL}, or of a config var for the own role of a process.
 *
 * @param password may be empty
 * @param sslMode by libpq's names; {@code require} encrypts without verifying the server, which is what the PaaS offers
 * @param rootCertificate file with the certificates that {@code verify-ca} and {@code verify-full} trust
 */
public record Database(
        String host,
        int port,
        String name,
        String user,
        String password,
        String sslMode,
        Optional<String> rootCertificate) {
    private static final String URL = "postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=MODE";
    private static final int POSTGRES_PORT = 5432;
    private static final List<String> SSL_MODES =
            List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

    /**
     * Reads the config var that a process needs.
     *
     * @param own config var that is preferred if it is set
     * @return empty if the variable is missing or invalid, which is then a problem
     */
    public static Optional<Database> read(ConfigVars vars, Optional<String> own) {
        var name = own.filter(vars::has).orElse("DATABASE_URL");
        return vars.required(name, URL, Database::parse);
    }

    /** JDBC URL without user and password, which JDBC takes separately. */
    public String jdbcUrl() {
        var rootCert = rootCertificate.map(file -> "&sslrootcert=" + file).orElse("");
        return "jdbc:%s?sslmode=%s%s".formatted(url(), sslMode, rootCert);
    }

    /** URL without the prefix of a driver and without parameters. */
    String url() {
        return "postgresql://%s:%d/%s".formatted(host, port, name);
    }

    /** All fields but the password. */
    @Override
    public String toString() {
        return user + " at " + url() + ", sslmode " + sslMode;
    }

    private static Database parse(String text) {
        var url = url(text);
        if (!List.of("postgres", "postgresql").contains(String.valueOf(url.getScheme()))) {
            throw new InvalidConfigVar("has another scheme");
        }
        if (url.getHost() == null) {
            throw new InvalidConfigVar("has no host");
        }
        if (url.getRawPath().length() < 2) {
            throw new InvalidConfigVar("names no database");
        }
        var userAndPassword =
                Optional.ofNullable(url.getRawUserInfo()).orElse("").split(":", 2);
        if (userAndPassword[0].isEmpty()) {
            throw new InvalidConfigVar("names no user");
        }
        var parameters = parameters(Optional.ofNullable(url.getRawQuery()).orElse(""));
        var rootCertificate = Optional.ofNullable(parameters.get("sslrootcert"));
        return new Database(
                url.getHost(),
                url.getPort() < 0 ? POSTGRES_PORT : url.getPort(),
                url.getRawPath().substring(1),
                decode(userAndPassword[0]),
                userAndPassword.length == 1 ? "" : decode(userAndPassword[1]),
                sslMode(parameters.get("sslmode"), url.getHost(), rootCertificate),
                rootCertificate);
    }

    private static URI url(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException notReadable) {
            throw new InvalidConfigVar(
                    "is no URL (in user and password, all but letters and digits is written as %XX)");
        }
    }

    private static String sslMode(String asked, String host, Optional<String> rootCertificate) {
        if (asked == null) {
            return isLoopback(host) ? "disable" : "require";
        }
        if (!SSL_MODES.contains(asked)) {
            throw new InvalidConfigVar("has an sslmode that is none of " + String.join(", ", SSL_MODES));
        }
        if (asked.startsWith("verify") && rootCertificate.isEmpty()) {
            throw new InvalidConfigVar("has the sslmode " + asked + " without sslrootcert=FILE");
        }
        return asked;
    }

    /** Recognizes literals and {@code localhost} only: a start must not wait for a name server. */
    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127\\.\\d+\\.\\d+\\.\\d+");
    }

    /** Parameters of the query; ones that the drivers do not know by these names are ignored. */
    private static Map<String, String> parameters(String query) {
        return Arrays.stream(query.split("&"))
                .map(parameter -> parameter.split("=", 2))
                .filter(parameter -> parameter.length == 2)
                .collect(Collectors.toMap(parameter -> parameter[0], parameter -> decode(parameter[1]), (a, b) -> b));
    }

    private static String decode(String percentEncoded) {
        return URLDecoder.decode(percentEncoded.replace("+", "%2B"), UTF_8);
    }
}
