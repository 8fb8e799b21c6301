package millrace.console;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import millrace.console.call.Access;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import millrace.paas.PlatformVars;

/**
 * Settings of the console, all of them environment variables.
 *
 * @param port on which it listens
 * @param loopbackOnly whether it listens on loopback alone: on one machine, not on a PaaS
 * @param urls of the services that it asks, by process
 * @param access of every session; empty where each person types a key
 * @param home data directory of the {@code bin/up} that runs here; empty elsewhere
 * @param secret signs the sessions
 * @param kafka client properties
 * @param prefix of topics and groups
 */
record ConsoleSettings(
        int port,
        boolean loopbackOnly,
        Map<String, URI> urls,
        Optional<Access> access,
        Optional<Path> home,
        String secret,
        Map<String, Object> kafka,
        String prefix) {
    private static final Set<String> SERVICES = Set.of(
            // fork: analytics
            "analytics",
            // fork: end
            // fork: audit
            "audit",
            // fork: end
            "web",
            "orders");

    /** @throws IllegalArgumentException that names all variables that are missing or wrong */
    static ConsoleSettings from(Map<String, String> environment) {
        var problems = new ArrayList<String>();
        var urls = new LinkedHashMap<String, URI>();
        for (var service : SERVICES) {
            var name = service.toUpperCase(Locale.ROOT) + "_URL";
            text(environment, name).flatMap(url -> url(name, url, problems)).ifPresent(url -> urls.put(service, url));
        }
        var secret = text(environment, "CONSOLE_SECRET");
        // bin/up alone gives a secret; bin/launch gives a data directory in any case.
        var home = secret.flatMap(given -> text(environment, "MILLRACE_HOME")).map(Path::of);
        if (secret.isPresent() && home.isEmpty()) {
            problems.add("MILLRACE_HOME is missing beside CONSOLE_SECRET; expected the data directory of bin/up");
        }
        var port = port(environment, problems);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        // On one machine its brokers' administrator: the services may have identities of their own.
        var platform = PaasSettings.from(home.flatMap(PlatformVars::startedIn).orElse(environment), Set.of(Need.KAFKA));
        var access = new Access(
                text(environment, "READER_KEY"), text(environment, "BACK_OFFICE_KEY"), text(environment, "WRITE_KEY"));
        return new ConsoleSettings(
                port,
                home.isPresent(),
                urls,
                home.map(here -> access),
                home,
                secret.orElseGet(ConsoleSettings::random),
                home.flatMap(PlatformVars::administratorOf).orElseGet(() -> Map.copyOf(platform.kafka())),
                platform.prefix());
    }

    /**
     * Settings of a command, which listens at no port: of the environment where it has {@code KAFKA_URL}, else of what
     * {@code bin/up} has started in {@code MILLRACE_HOME}.
     *
     * @throws IllegalArgumentException that names what is missing
     */
    static ConsoleSettings ofCommand(Map<String, String> environment) {
        var isLocal = text(environment, "KAFKA_URL").isEmpty();
        var variables = new LinkedHashMap<>(isLocal ? ofHome(environment) : environment);
        variables.put("PORT", "0");
        if (!isLocal) {
            variables.remove("MILLRACE_HOME");
        }
        var settings = from(variables);
        var key = text(variables, "READER_KEY");
        return new ConsoleSettings(
                settings.port(),
                true,
                settings.urls(),
                Optional.of(new Access(key, Optional.empty(), Optional.empty())),
                settings.home(),
                settings.secret(),
                settings.kafka(),
                settings.prefix());
    }

    /** What the console of a {@code bin/up} gets, from the files that it has written. */
    private static Map<String, String> ofHome(Map<String, String> environment) {
        var home = Path.of(text(environment, "MILLRACE_HOME").orElse(".millrace"));
        var file = home.resolve("millrace.properties");
        var lines = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            lines.load(reader);
        } catch (IOException e) {
            throw new IllegalArgumentException(PlatformVars.NO_PLATFORM, e);
        }
        var variables = new LinkedHashMap<String, String>();
        for (var service : SERVICES) {
            variables.put(service.toUpperCase(Locale.ROOT) + "_URL", lines.getProperty(service + ".url", ""));
        }
        variables.put("READER_KEY", lines.getProperty("api-key.reader", ""));
        variables.put("MILLRACE_HOME", home.toString());
        variables.put("CONSOLE_SECRET", random());
        return variables;
    }

    private static int port(Map<String, String> environment, List<String> problems) {
        var text = text(environment, "PORT").orElse("");
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65535) {
            problems.add("PORT is \"" + text + "\"; expected the number of a port");
            return 0;
        }
        return Integer.parseInt(text);
    }

    private static Optional<URI> url(String name, String text, List<String> problems) {
        try {
            var url = new URI(text.replaceFirst("/+$", ""));
            if (Set.of("http", "https").contains(String.valueOf(url.getScheme())) && url.getHost() != null) {
                return Optional.of(url);
            }
        } catch (URISyntaxException e) {
            // Named below, as a URL of another kind is.
        }
        problems.add(name + " is no URL that begins with http:// or https://");
        return Optional.empty();
    }

    private static Optional<String> text(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static String random() {
        var bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
