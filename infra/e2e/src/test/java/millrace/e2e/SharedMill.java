package millrace.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One system for all tests of this module: the first that asks starts it, the end of the last stops it. */
final class SharedMill implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == Mill.class;
    }

    @Override
    public Mill resolveParameter(ParameterContext parameter, ExtensionContext test) {
        return test.getRoot()
                .getStore(Namespace.create(Mill.class))
                .computeIfAbsent(Mill.class, key -> start(), Mill.class);
    }

    private static Mill start() {
        try {
            return new Mill();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
