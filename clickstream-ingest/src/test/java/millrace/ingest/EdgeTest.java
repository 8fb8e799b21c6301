package millrace.ingest;

import static io.restassured.RestAssured.given;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(PlatformResource.class)
class EdgeTest {
    @Test
    void x() {
        given().auth()
                .preemptive()
                .basic("correct-horse", "")
                .body("{\"anonymousId\":\"a\"}")
                .post("/v1/page")
                .then()
                .log()
                .all()
                .statusCode(200);
    }
}
