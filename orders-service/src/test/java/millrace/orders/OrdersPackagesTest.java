package millrace.orders;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import millrace.orders.outage.BackgroundWork;
import org.junit.jupiter.api.Test;

/** Checks what the domain of orders depends on, and that {@link BackgroundWork} alone subscribes and waits. */
class OrdersPackagesTest {
    private static final JavaClasses ORDERS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("millrace.orders");

    /** Methods of Mutiny, Vert.x and {@code CompletableFuture} that subscribe, wait or change threads. */
    private static final Set<String> SUBSCRIBE_OR_WAIT = Set.of(
            "subscribe", "subscribeAsCompletionStage", "await", "join", "emitOn", "runSubscriptionOn", "runOnContext");

    @Test
    void the_domain_knows_the_contract_and_the_jdk_only() {
        classes()
                .that()
                .resideInAPackage("millrace.orders.domain")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("millrace.orders.domain", "millrace.events", "java..")
                .check(ORDERS);
    }

    @Test
    void one_class_subscribes_waits_and_changes_threads() {
        noClasses()
                .that()
                .doNotBelongToAnyOf(BackgroundWork.class)
                .should()
                .callMethodWhere(describe("it subscribes or waits", OrdersPackagesTest::subscribesOrWaits))
                .check(ORDERS);
    }

    private static boolean subscribesOrWaits(JavaMethodCall call) {
        return SUBSCRIBE_OR_WAIT.contains(call.getName())
                && call.getTargetOwner()
                        .getName()
                        .matches(
                                "io\\.smallrye\\.mutiny\\..*|io\\.vertx\\..*|java\\.util\\.concurrent\\.Completable.*");
    }
}
