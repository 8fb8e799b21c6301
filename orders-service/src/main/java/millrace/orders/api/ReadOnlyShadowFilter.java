package millrace.orders.api;

import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Answers 503 to HTTP requests that would change a generation which is being rebuilt beside the live one: it changes by
 * its channel alone, and publishes nothing.
 */
class ReadOnlyShadowFilter {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    private final boolean shadow;

    ReadOnlyShadowFilter(@ConfigProperty(name = "millrace.shadow", defaultValue = "false") boolean shadow) {
        this.shadow = shadow;
    }

    @ServerRequestFilter
    void refuse(ContainerRequestContext request) {
        if (shadow && !SAFE.contains(request.getMethod())) {
            throw new ServiceUnavailableException(
                    "This generation of orders is being rebuilt and takes no changes: ask the live one.");
        }
    }
}
