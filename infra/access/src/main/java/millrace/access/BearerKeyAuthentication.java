package millrace.access;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Optional;
import millrace.paas.HashedKeys.Holder;

/**
 * Authenticates requests by the header {@code Authorization: Bearer KEY}. It refuses no request: a request without a
 * known key stays anonymous, and endpoints that need no role stay open to it. The holder of a revoked key is identified
 * and has no role.
 */
@Singleton
class BearerKeyAuthentication implements HttpAuthenticationMechanism {
    static final String SCHEME = "Bearer";

    private final ApiKeys keys;

    BearerKeyAuthentication(ApiKeys keys) {
        this.keys = keys;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext request, IdentityProviderManager providers) {
        var authorization = request.request().getHeader(HttpHeaderNames.AUTHORIZATION);
        return Uni.createFrom()
                .optional(key(authorization).flatMap(keys::holder).map(BearerKeyAuthentication::identity));
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext request) {
        return Uni.createFrom().item(new ChallengeData(401, HttpHeaderNames.WWW_AUTHENTICATE, SCHEME));
    }

    /** @param authorization value of the header; {@code null} where there is none */
    static Optional<String> key(String authorization) {
        return Optional.ofNullable(authorization)
                .filter(value -> value.regionMatches(true, 0, SCHEME + " ", 0, SCHEME.length() + 1))
                .map(value -> value.substring(SCHEME.length()).strip())
                .filter(key -> !key.isEmpty());
    }

    static SecurityIdentity identity(Holder holder) {
        var identity = QuarkusSecurityIdentity.builder().setPrincipal(new QuarkusPrincipal(holder.name()));
        if (!holder.revoked()) {
            identity.addRoles(Roles.granted(holder.role()));
        }
        return identity.build();
    }
}
