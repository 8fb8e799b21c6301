package millrace.release.doctor;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.channels.Finding;

/** Checks the validity of certificates by the clock of this machine, and which authority has signed them. */
final class CertificatesCheck {
    private static final Duration SOON = Duration.ofDays(30);
    private static final String RENEW =
            "heroku kafka:credentials --reset makes new ones; restart everything that reads them";

    private final Instant now;
    private final List<X509Certificate> trusted;
    private final List<X509Certificate> client;

    /** @param kafka properties of a Kafka client, of which the certificates may be missing */
    CertificatesCheck(Map<String, String> kafka, Clock clock) {
        this.now = clock.instant();
        this.trusted = certificates(kafka.get("ssl.truststore.certificates"));
        this.client = certificates(kafka.get("ssl.keystore.certificate.chain"));
    }

    /** Findings for the certificates of the config vars. */
    List<Finding> findings() {
        var findings = new ArrayList<Finding>();
        client.forEach(
                certificate -> validity("KAFKA_CLIENT_CERT", certificate, RENEW).ifPresent(findings::add));
        var authorities = trusted.stream()
                .map(certificate -> validity("A certificate of KAFKA_TRUSTED_CERT", certificate, RENEW))
                .flatMap(Optional::stream)
                .toList();
        var noneIsValid = authorities.stream().filter(Finding::isWrong).count() == trusted.size();
        authorities.forEach(
                finding -> findings.add(noneIsValid ? finding : Finding.warning(finding.what(), finding.remedy())));
        if (!client.isEmpty() && !isTrusted(client.getFirst())) {
            findings.add(Finding.warning(
                    "KAFKA_CLIENT_CERT is not signed by an authority of KAFKA_TRUSTED_CERT, as it is on the reference"
                            + " platform: the two may be of different clusters",
                    "set KAFKA_URL and all KAFKA_*CERT* anew from one cluster"));
        }
        return findings;
    }

    /**
     * Findings for the certificate of a broker.
     *
     * @param address of the broker
     */
    List<Finding> broker(String address, X509Certificate certificate) {
        var findings = new ArrayList<Finding>();
        validity("The certificate of the broker at " + address, certificate, "the platform has to renew it")
                .ifPresent(findings::add);
        if (!trusted.isEmpty() && !isTrusted(certificate)) {
            findings.add(
                    Finding.wrong(
                            "No authority of KAFKA_TRUSTED_CERT has signed the certificate of the broker at %s, whose issuer is %s"
                                    .formatted(address, certificate.getIssuerX500Principal()),
                            "set KAFKA_TRUSTED_CERT anew: it is of another cluster, or from before the authority was replaced"));
        }
        return findings;
    }

    private Optional<Finding> validity(String name, X509Certificate certificate, String remedy) {
        var from = certificate.getNotBefore().toInstant();
        var to = certificate.getNotAfter().toInstant();
        if (now.isBefore(from)) {
            return Optional.of(Finding.wrong(
                    "%s is valid from %s, and the clock of this machine says %s".formatted(name, from, now),
                    "set the clock, or wait"));
        }
        if (now.isAfter(to)) {
            return Optional.of(Finding.wrong(
                    "%s expired at %s; the clock of this machine says %s".formatted(name, to, now), remedy));
        }
        return now.plus(SOON).isAfter(to)
                ? Optional.of(Finding.warning("%s expires at %s".formatted(name, to), remedy))
                : Optional.empty();
    }

    /** Tells whether one of the trusted certificates is the certificate itself or has signed it. */
    private boolean isTrusted(X509Certificate certificate) {
        return trusted.stream()
                .anyMatch(authority -> authority.equals(certificate) || hasSigned(authority, certificate));
    }

    private static boolean hasSigned(X509Certificate authority, X509Certificate certificate) {
        try {
            certificate.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException anotherKey) {
            return false;
        }
    }

    private static List<X509Certificate> certificates(String pem) {
        if (pem == null) {
            return List.of();
        }
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(US_ASCII)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (CertificateException e) {
            throw new IllegalStateException("The config vars were read with this certificate", e);
        }
    }
}
