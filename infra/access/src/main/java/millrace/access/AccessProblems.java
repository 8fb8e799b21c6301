package millrace.access;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import jakarta.ws.rs.core.Response.Status;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Says to those who may not why, and what is expected of them. */
class AccessProblems {
    private static final String EXPECTED =
            "expected the header Authorization: Bearer KEY with an API key of this service.";

    /** As RFC 9457 writes it. */
    record Problem(String title, int status, String detail) {}

    /** Nobody knows who asks. */
    @ServerExceptionMapper
    Response refuse(UnauthorizedException refusal, RoutingContext request) {
        var key = BearerKeyAuthentication.key(request.request().getHeader(HttpHeaderNames.AUTHORIZATION));
        var detail = key.isPresent() ? "The API key is unknown: " : "The request has no API key: ";
        return problem(Status.UNAUTHORIZED, detail + EXPECTED)
                .header(HttpHeaders.WWW_AUTHENTICATE, BearerKeyAuthentication.SCHEME)
                .build();
    }

    /** Who asks is known, and may not. */
    @ServerExceptionMapper
    Response refuse(ForbiddenException refusal, RoutingContext request) {
        var caller = ((QuarkusHttpUser) request.user()).getSecurityIdentity();
        return problem(Status.FORBIDDEN, reason(caller)).build();
    }

    /** A key that is valid has a role, and only what nobody may do is more than the back office may. */
    static String reason(SecurityIdentity caller) {
        var key = "The API key " + caller.getPrincipal().getName();
        if (caller.getRoles().isEmpty()) {
            return key + " has been revoked: expected one that is still valid.";
        }
        return caller.hasRole(Roles.BACK_OFFICE)
                ? "Nobody may do this."
                : key + " may not do this: expected one with the role " + Roles.BACK_OFFICE + ".";
    }

    private static ResponseBuilder problem(Status status, String detail) {
        return Response.status(status)
                .type("application/problem+json")
                .entity(new Problem(status.getReasonPhrase(), status.getStatusCode(), detail));
    }
}
