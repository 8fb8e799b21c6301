package millrace.console.house;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import millrace.console.view.Deployment;
import millrace.paas.PlatformVars;

/**
 * How long certificates are still valid: those that the clients of the cluster have, and on one machine those of the
 * brokers and of the control API.
 */
final class CertificateDays {
    /** As in {@code bin/doctor}. */
    static final Duration SOON = Duration.ofDays(30);

    private static final int MOST = 20;
    private static final int LARGEST = 256 * 1024;

    /** Files of a local deployment. */
    private static final List<String> LOCAL_FILES = List.of("data/tls/broker.crt", "data/tls/control.crt");

    private CertificateDays() {}

    enum Validity {
        VALID,
        SOON,
        EXPIRED,
        NOT_YET
    }

    /**
     * A certificate.
     *
     * @param where config var or file
     * @param days full days until it expires; negative after that
     */
    record Row(String where, String subject, String issuer, Instant from, Instant to, long days, Validity verdict) {}

    static List<Row> of(Deployment deployment, Instant now) {
        var rows = new ArrayList<Row>();
        var vars = deployment.home().flatMap(PlatformVars::startedIn);
        var kafka = deployment.kafka();
        rows.addAll(read(
                "KAFKA_CLIENT_CERT",
                vars.map(map -> map.get("KAFKA_CLIENT_CERT"))
                        .or(() -> text(kafka.get("ssl.keystore.certificate.chain"))),
                now));
        rows.addAll(read(
                "KAFKA_TRUSTED_CERT",
                vars.map(map -> map.get("KAFKA_TRUSTED_CERT")).or(() -> text(kafka.get("ssl.truststore.certificates"))),
                now));
        deployment
                .home()
                .ifPresent(home ->
                        LOCAL_FILES.forEach(file -> rows.addAll(read(file, content(home.resolve(file)), now))));
        return rows.stream().limit(MOST).toList();
    }

    /** Reads a PEM text; none where it is missing or has no certificate. */
    static List<Row> read(String where, Optional<String> pem, Instant now) {
        if (pem.isEmpty()) {
            return List.of();
        }
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.get().getBytes(US_ASCII)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .map(certificate -> row(where, certificate, now))
                    .toList();
        } catch (CertificateException e) {
            return List.of(); // A file of another form: bin/doctor names it.
        }
    }

    private static Row row(String where, X509Certificate certificate, Instant now) {
        var from = certificate.getNotBefore().toInstant();
        var to = certificate.getNotAfter().toInstant();
        return new Row(
                where,
                certificate.getSubjectX500Principal().getName(),
                certificate.getIssuerX500Principal().getName(),
                from,
                to,
                Math.floorDiv(
                        Duration.between(now, to).toSeconds(),
                        Duration.ofDays(1).toSeconds()),
                verdict(from, to, now));
    }

    static Validity verdict(Instant from, Instant to, Instant now) {
        if (now.isBefore(from)) {
            return Validity.NOT_YET;
        }
        if (now.isAfter(to)) {
            return Validity.EXPIRED;
        }
        return now.plus(SOON).isAfter(to) ? Validity.SOON : Validity.VALID;
    }

    private static Optional<String> text(Object value) {
        return Optional.ofNullable(value).map(Object::toString);
    }

    private static Optional<String> content(Path file) {
        try {
            return Files.isReadable(file) && Files.size(file) <= LARGEST
                    ? Optional.of(Files.readString(file, US_ASCII))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // It is being replaced.
        }
    }
}
