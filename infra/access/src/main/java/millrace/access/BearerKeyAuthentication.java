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
import millrace.access.ApiKeys.Holder;

/**
 * Tells who asks, by the header {@code Authorization: Bearer KEY}. Refuses nobody: what needs no role stays open to
 * everybody, whatever their key. The holder of a revoked key is known and has no role.
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

    /** @param authorization value of the header, null where there is none */
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
