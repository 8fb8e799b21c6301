package millrace.fork;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenamingTest {
    private static final ForkName SHOP = new ForkName("Corner Shop", "corner-shop", "com.example.shop", "org.example");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "Millrace is | Corner Shop is",
                "Millrace-Generation: 2 | Corner-Shop-Generation: 2",
                "MILLRACE_HOME | CORNER_SHOP_HOME",
                "import millrace.generation.Names; | import com.example.shop.generation.Names;",
                "package millrace.generation; | package com.example.shop.generation;",
                "src/main/java/millrace/events/A.java | src/main/java/com/example/shop/events/A.java",
                "getResource(\"/millrace/events/a.yaml\") | getResource(\"/com/example/shop/events/a.yaml\")",
                "String ORIGIN = \"millrace/audit\"; | String ORIGIN = \"corner-shop/audit\";",
                "-cp x millrace.events.Main | -cp x com.example.shop.events.Main",
                "startsWith(\"millrace.\") | startsWith(\"com.example.shop.\")",
                "\"millrace\\\\.events\\\\. | \"com\\\\.example\\\\.shop\\\\.events\\\\.",
                "${millrace.generation:1} | ${corner-shop.generation:1}",
                "\"millrace.generation\" | \"corner-shop.generation\"",
                "${millrace.generation.suffix:} | ${corner-shop.generation.suffix:}",
                "-Dmillrace.root= | -Dcorner-shop.root=",
                ".millrace/millrace.properties | .corner-shop/corner-shop.properties",
                "<groupId>millrace</groupId> | <groupId>org.example</groupId>",
                "<artifactId>millrace</artifactId> | <artifactId>corner-shop</artifactId>",
                "'millrace_audit' | 'corner_shop_audit'",
                "String NAME = \"millrace\"; | String NAME = \"corner_shop\";",
                "SET ROLE millrace | SET ROLE corner_shop",
                "localhost/millrace?user | localhost/corner_shop?user",
                "Default: millrace. | Default: corner-shop."
            })
    void a_name_gets_the_form_of_its_place(String before, String after) {
        var tree = new ForkTree();
        tree.write("events/src/main/java/millrace/events/A.java", "");
        tree.write("infra/generation/src/main/java/millrace/generation/A.java", "");

        assertThat(Renaming.of(SHOP, tree).text(before)).isEqualTo(after);
    }
}
