package millrace.orders;

import static io.restassured.RestAssured.given;

import io.restassured.specification.RequestSpecification;
import millrace.local.Secrets;

/** Who asks the service over HTTP. */
final class OrdersApi {
    private static final String READER = "key-of-a-reader";
    private static final String BACK_OFFICE = "key-of-the-back-office";

    private static final String OTHER_BACK_OFFICE = "key-of-another-back-office";

    static final String API_KEYS = "dashboard:reader:" + Secrets.sha256(READER) + ",anna:back-office:"
            + Secrets.sha256(BACK_OFFICE) + ",ben:back-office:" + Secrets.sha256(OTHER_BACK_OFFICE);

    static final String READER_BEARER = "Bearer " + READER;

    private OrdersApi() {}

    static RequestSpecification reader() {
        return given().header("Authorization", READER_BEARER);
    }

    static RequestSpecification backOffice() {
        return given().header("Authorization", "Bearer " + BACK_OFFICE);
    }

    /** With a key for this very request. */
    static RequestSpecification backOffice(String idempotencyKey) {
        return backOffice().header("Idempotency-Key", idempotencyKey).contentType("application/json");
    }

    /** Another person with the same rights. */
    static RequestSpecification otherBackOffice(String idempotencyKey) {
        return given().header("Authorization", "Bearer " + OTHER_BACK_OFFICE)
                .header("Idempotency-Key", idempotencyKey)
                .contentType("application/json");
    }
}
