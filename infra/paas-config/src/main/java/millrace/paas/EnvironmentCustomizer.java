package millrace.paas;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import io.smallrye.config.SysPropConfigSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the environment of every service by the rules of {@link ConfigVars}: a variable that is empty or blank is
 * missing, so the next source or the default applies, and blanks around a value are ignored. Without it an empty
 * variable hides the value of {@code application.properties}, and cannot be converted to a number or a duration. The
 * file {@code .env} is not read: config vars are the only source.
 */
public final class EnvironmentCustomizer implements SmallRyeConfigBuilderCustomizer {
    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        if (builder.isAddDefaultSources()) {
            builder.setAddDefaultSources(false)
                    .addPropertiesSources()
                    .withSources(new SysPropConfigSource(), source(System.getenv()));
        }
    }

    static EnvConfigSource source(Map<String, String> environment) {
        var present = new LinkedHashMap<String, String>();
        environment.forEach((name, value) -> {
            if (!value.isBlank()) {
                present.put(name, value.strip());
            }
        });
        return new EnvConfigSource(present, EnvConfigSource.ORDINAL);
    }
}
