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
 * Gives every service the settings that the platform's config vars stand for. A service says what it cannot run without
 * in {@code millrace.requires}; its start ends with one message where any of it is missing. One that can have a role of its
 * own in the database names the config var of that in {@code millrace.database}.
 */
public final class PaasConfigSource implements ConfigSourceFactory {
    /** Over {@code application.properties} (250), under variables of the environment (300) that set the same. */
    private static final int ORDINAL = 275;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        return isRunning(context) ? List.of(source(context)) : List.of();
    }

    /**
     * Only a started application has a {@code quarkus.uuid}. A build has none and must get none of these settings: it
     * would keep them, secrets too, as defaults in what it builds.
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
                    Requirements.ofParts());
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

    /** As it is: a dollar sign in a password is no expression. */
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
