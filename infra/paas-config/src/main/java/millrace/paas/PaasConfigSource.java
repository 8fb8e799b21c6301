package millrace.paas;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.ConfigValidationException.Problem;
import io.smallrye.config.Expressions;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Converts the platform's config vars to settings of Quarkus for every service. A service lists its required resources
 * in {@code millrace.requires}; its start fails with one message for all that are missing. A service that can have a
 * database role of its own names the config var of that role in {@code millrace.database}.
 */
public final class PaasConfigSource implements ConfigSourceFactory {
    /** Above {@code application.properties} (250), below environment variables of the same settings (300). */
    private static final int ORDINAL = 275;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        return isRunning(context) ? List.of(source(context)) : List.of();
    }

    /**
     * Tells a start from a build: only a started application has a {@code quarkus.uuid}. A build must not get these
     * settings: it would record them, secrets too, as defaults in the application.
     */
    private static boolean isRunning(ConfigSourceContext context) {
        return context.getValue("quarkus.uuid").getValue() != null;
    }

    private static ConfigSource source(ConfigSourceContext context) {
        try {
            var ownDatabase = Optional.ofNullable(value(context, Requirements.DATABASE));
            var settings = PaasSettings.from(
                    name -> raw(context, name),
                    Requirements.needs(value(context, Requirements.NEEDS)),
                    ownDatabase,
                    Requirements.serviceVars());
            var quarkus = QuarkusSettings.of(settings, PaasConfigSource::isPresent);
            return new PropertiesConfigSource(escaped(quarkus), "config vars", ORDINAL);
        } catch (ConfigVarsException e) {
            throw new ConfigValidationException(
                    e.problems().stream().map(Problem::new).toArray(Problem[]::new));
        }
    }

    private static String value(ConfigSourceContext context, String name) {
        return context.getValue(name).getValue();
    }

    /** Value without expansion: a dollar sign in a password is not an expression. */
    private static String raw(ConfigSourceContext context, String name) {
        return Expressions.withoutExpansion(() -> context.getValue(name).getValue());
    }

    private static Map<String, String> escaped(Map<String, String> settings) {
        return settings.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().replace("$", "\\$")));
    }

    private static boolean isPresent(String className) {
        return Thread.currentThread().getContextClassLoader().getResource(className.replace('.', '/') + ".class")
                != null;
    }
}
