package millrace.access;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers refused requests with a problem of RFC 9457 that names the reason and the API key that is expected. */
class AccessProblems {
    private static final String EXPECTED =
            "expected the header Authorization: Bearer KEY with an API key of this service.";

    /** Answers 401 to a request without a known API key. */
    @ServerExceptionMapper
    Response unauthorized(UnauthorizedException exception, RoutingContext request) {
        var key = BearerKeyAuthentication.key(request.request().getHeader(HttpHeaderNames.AUTHORIZATION));
        var detail = key.isPresent() ? "The API key is unknown: " : "The request has no API key: ";
        return Problem.response(Status.UNAUTHORIZED, detail + EXPECTED)
                .header(HttpHeaders.WWW_AUTHENTICATE, BearerKeyAuthentication.SCHEME)
                .build();
    }

    /** Answers 403 to a caller whose API key is known, and is revoked or lacks the role. */
    @ServerExceptionMapper
    Response forbidden(ForbiddenException exception, RoutingContext request) {
        var caller = ((QuarkusHttpUser) request.user()).getSecurityIdentity();
        return Problem.response(Status.FORBIDDEN, reason(caller)).build();
    }

    /**
     * Returns the reason why a known caller is refused. A back-office key has every role: where it is refused, no API
     * key is enough.
     */
    static String reason(SecurityIdentity caller) {
        var key = "The API key " + caller.getPrincipal().getName();
        if (caller.getRoles().isEmpty()) {
            return key + " has been revoked: expected one that is still valid.";
        }
        return caller.hasRole(Roles.BACK_OFFICE)
                ? "No API key may do this."
                : key + " may not do this: expected one with the role " + Roles.BACK_OFFICE + ".";
    }
}
