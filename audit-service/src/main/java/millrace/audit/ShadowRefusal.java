package millrace.audit;

import jakarta.ws.rs.container.ContainerRequestContext;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * A generation that is rebuilt beside the live one answers nobody: a question is put on record when it is asked, and a shadow
 * writes nothing but its own archive.
 */
class ShadowRefusal {
    private final boolean shadow;

    ShadowRefusal(@ConfigProperty(name = "millrace.shadow", defaultValue = "false") boolean shadow) {
        this.shadow = shadow;
    }

    @ServerRequestFilter
    void refuse(ContainerRequestContext request) {
        if (shadow) {
            throw Problem.unavailable(
                    "This generation of audit is being rebuilt and answers nobody: ask the live one.", null);
        }
    }
}
