package millrace.orders;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The packages of orders are rooms. */
class OrdersRoomsTest {
    private static final JavaClasses ORDERS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("millrace.orders");

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
    void no_rooms_depend_on_each_other_in_a_circle() {
        slices().matching("millrace.orders.(*)..").should().beFreeOfCycles().check(ORDERS);
    }
}
