package millrace.paas;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a service requires: what its {@code application.properties} names, and what its parts read themselves. */
public final class Requirements {
    /** Setting of a service: each {@link Need} in lower case, separated by commas. */
    static final String NEEDS = "millrace.requires";

    /** Setting of a service: the config var of its own role in the database. */
    static final String DATABASE = "millrace.database";

    private static final String SETTINGS = "application.properties";

    private Requirements() {}

    /**
     * Whether the config vars let the service of this process start. For who asks the platform before that: where it is
     * false nothing should be asked, because the start is going to end and to say everything that does not fit.
     *
     * @param vars usually {@code System.getenv()}
     */
    public static boolean met(Map<String, String> vars) {
        var settings = settings();
        try {
            PaasSettings.from(
                    vars::get,
                    needs(settings.getProperty(NEEDS)),
                    Optional.ofNullable(settings.getProperty(DATABASE)),
                    ofParts());
            return true;
        } catch (ConfigVarsException theStartSaysIt) {
            return false;
        }
    }

    static Set<Need> needs(String words) {
        return Stream.of(Objects.requireNonNullElse(words, ""))
                .flatMap(list -> Arrays.stream(list.split(",")))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .map(word -> Need.valueOf(word.toUpperCase(Locale.ROOT)))
                .collect(Collectors.toUnmodifiableSet());
    }

    static List<ServiceVars> ofParts() {
        return ServiceLoader.load(ServiceVars.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    private static Properties settings() {
        var settings = new Properties();
        try (var file = Thread.currentThread().getContextClassLoader().getResourceAsStream(SETTINGS)) {
            if (file != null) {
                settings.load(file);
            }
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException(SETTINGS + " of this service cannot be read", e);
        }
    }
}
