package millrace.console.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import millrace.console.house.CertificateDays.Validity;
import org.junit.jupiter.api.Test;

class CertificateDaysTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2027-01-01T00:00:00Z");

    /** Valid in 2026 and of the subject CN=orders, signed by its own key. */
    private static final String PEM = """
            -----BEGIN CERTIFICATE-----
            MIIBOTCB4KADAgECAgkAgfJoHzTlexYwCgYIKoZIzj0EAwMwETEPMA0GA1UEAxMG
            b3JkZXJzMB4XDTI2MDEwMTAwMDAwMFoXDTI3MDEwMTAwMDAwMFowETEPMA0GA1UE
            AxMGb3JkZXJzMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE0gn/WvgOyPhgsTdV
            cTpNc/CQ2VT1wo9U1yEKHONaacdVaBb99QecLl+cI+FN5s3hifHexaxhS05iXUUa
            envVq6MhMB8wHQYDVR0OBBYEFP9pCVTfWga9k7KLn2U6ffCR7b3CMAoGCCqGSM49
            BAMDA0gAMEUCIC1uUks+TxCW20Xi8KRCvRPJJXVyMKT5BCBSv+TwG3xHAiEAyS8A
            5MZ8uad1AQwHS9R1MYbramW0V6lC/N0DyKo/wxA=
            -----END CERTIFICATE-----
            """;

    @Test
    void a_certificate_has_its_subject_and_the_full_days_until_it_expires() {
        var rows = CertificateDays.read("KAFKA_CLIENT_CERT", Optional.of(PEM + PEM), TO.minus(Duration.ofHours(47)));

        assertThat(rows).hasSize(2);
        assertThat(rows.getFirst().subject()).isEqualTo("CN=orders");
        assertThat(rows.getFirst().days()).isEqualTo(1);
        assertThat(rows.getFirst().verdict()).isEqualTo(Validity.SOON);
    }

    @Test
    void the_days_of_an_expired_certificate_are_negative() {
        var row = CertificateDays.read("KAFKA_CLIENT_CERT", Optional.of(PEM), TO.plusSeconds(1))
                .getFirst();

        assertThat(row.days()).isEqualTo(-1);
        assertThat(row.verdict()).isEqualTo(Validity.EXPIRED);
    }

    @Test
    void a_certificate_is_valid_until_thirty_days_before_its_end() {
        assertThat(CertificateDays.verdict(FROM, TO, FROM.minusSeconds(1))).isEqualTo(Validity.NOT_YET);
        assertThat(CertificateDays.verdict(FROM, TO, TO.minus(Duration.ofDays(31))))
                .isEqualTo(Validity.VALID);
        assertThat(CertificateDays.verdict(FROM, TO, TO.minus(Duration.ofDays(29))))
                .isEqualTo(Validity.SOON);
    }

    @Test
    void a_missing_text_and_one_that_is_no_certificate_have_no_rows() {
        assertThat(CertificateDays.read("KAFKA_CLIENT_CERT", Optional.empty(), FROM))
                .isEmpty();
        assertThat(CertificateDays.read("KAFKA_CLIENT_CERT", Optional.of("secret"), FROM))
                .isEmpty();
    }
}
