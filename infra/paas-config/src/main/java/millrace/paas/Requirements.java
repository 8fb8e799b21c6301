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

/**
 * Requirements of a service: the resources of its {@code application.properties}, and the config vars that its parts
 * read.
 */
public final class Requirements {
    /** Setting of a service: the required resources as {@link Need} in lower case, separated by commas. */
    static final String NEEDS = "millrace.requires";

    /** Setting of a service: the config var of its own database role. */
    static final String DATABASE = "millrace.database";

    private static final String SETTINGS = "application.properties";

    private Requirements() {}

    /**
     * Tells whether the config vars let the service of this process start. Code that uses the platform before the start
     * asks this first: if it is false the platform should not be used, because the start will fail and report every
     * problem.
     *
     * @param vars usually {@code System.getenv()}
     */
    public static boolean met(Map<String, String> vars) {
        return problems(vars).isEmpty();
    }

    /**
     * Returns the sentences for the config vars without which the service of this process, or of the thread's class
     * loader, does not start.
     *
     * @param vars usually {@code System.getenv()}
     */
    public static List<String> problems(Map<String, String> vars) {
        var settings = settings();
        try {
            PaasSettings.from(
                    vars::get,
                    needs(settings.getProperty(NEEDS)),
                    Optional.ofNullable(settings.getProperty(DATABASE)),
                    serviceVars());
            return List.of();
        } catch (ConfigVarsException e) {
            return e.problems();
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

    static List<ServiceVars> serviceVars() {
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
