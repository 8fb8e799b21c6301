package millrace.paas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseTest {
    @Test
    void user_and_password_are_percent_decoded() {
        var database = database("postgres://sh%40p:p%2Fa+%3Ass%C3%A9%24%7Bx%7D@db.example/shop");

        assertThat(database.user()).isEqualTo("sh@p");
        assertThat(database.password()).isEqualTo("p/a+:ssé${x}");
    }

    @ParameterizedTest
    @CsvSource({
        "postgres://u:p@db.example/shop, jdbc:postgresql://db.example:5432/shop?sslmode=require",
        "postgresql://u:p@db.example:6432/shop, jdbc:postgresql://db.example:6432/shop?sslmode=require",
        "postgres://u:p@127.0.0.1:6432/shop, jdbc:postgresql://127.0.0.1:6432/shop?sslmode=disable",
        "postgres://u@localhost/shop, jdbc:postgresql://localhost:5432/shop?sslmode=disable",
        "postgres://u:p@[::1]/shop, jdbc:postgresql://[::1]:5432/shop?sslmode=disable",
        "postgres://u:p@db.example/shop?sslmode=disable, jdbc:postgresql://db.example:5432/shop?sslmode=disable",
        "postgres://u:p@127.0.0.1/shop?a=b&sslmode=require, jdbc:postgresql://127.0.0.1:5432/shop?sslmode=require",
        "postgres://u:p@db.example/shop?sslmode=verify-full&sslrootcert=/ca.pem,"
                + " jdbc:postgresql://db.example:5432/shop?sslmode=verify-full&sslrootcert=/ca.pem"
    })
    void the_url_becomes_one_for_jdbc(String url, String jdbcUrl) {
        assertThat(database(url).jdbcUrl()).isEqualTo(jdbcUrl);
    }

    @Test
    void its_text_has_no_password() {
        assertThat(database("postgres://shop:s3cret@db.example/shop"))
                .hasToString("shop at postgresql://db.example:5432/shop, sslmode require");
    }

    @Test
    void a_role_of_its_own_is_used_where_there_is_one() {
        var vars =
                Map.of("DATABASE_URL", "postgres://shop@db.example/shop", "OWN_URL", "postgres://own@db.example/shop");

        assertThat(own(vars).user()).isEqualTo("own");
        assertThat(own(Map.of("DATABASE_URL", "postgres://shop@db.example/shop"))
                        .user())
                .isEqualTo("shop");
        assertThatThrownBy(() -> own(Map.of("OWN_URL", "http://db.example")))
                .hasMessageContaining("OWN_URL has another scheme");
        assertThatThrownBy(() -> own(Map.of())).hasMessageContaining("DATABASE_URL is missing");
    }

    private static Database own(Map<String, String> vars) {
        return PaasSettings.from(vars, Set.of(Need.DATABASE), Optional.of("OWN_URL"))
                .database()
                .orElseThrow();
    }

    private static Database database(String url) {
        return PaasSettings.from(Map.of("DATABASE_URL", url), Set.of(Need.DATABASE))
                .database()
                .orElseThrow();
    }
}
