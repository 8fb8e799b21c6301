package millrace.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Formats cells as plain text in columns: numbers are aligned right, other columns left. */
final class TextTable {
    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9,]+(\\.[0-9]+)?");
    private static final String GAP = "  ";

    private final List<String[]> lines = new ArrayList<>();

    TextTable(String... header) {
        lines.add(header);
    }

    void add(String... cells) {
        lines.add(cells);
    }

    /** Returns the lines without trailing blanks. */
    List<String> text() {
        var columns = lines.getFirst().length;
        var widths = new int[columns];
        var numbers = new boolean[columns];
        for (var column = 0; column < columns; column++) {
            var cells = cells(column);
            widths[column] = cells.stream().mapToInt(String::length).max().orElse(0);
            numbers[column] = cells.stream().skip(1).anyMatch(TextTable::isNumber)
                    && cells.stream().skip(1).allMatch(cell -> cell.isEmpty() || isNumber(cell));
        }
        return lines.stream().map(line -> line(line, widths, numbers)).toList();
    }

    private List<String> cells(int column) {
        return lines.stream().map(line -> line[column]).toList();
    }

    private static String line(String[] cells, int[] widths, boolean[] numbers) {
        var line = new StringBuilder();
        for (var column = 0; column < cells.length; column++) {
            var blanks = " ".repeat(widths[column] - cells[column].length());
            line.append(numbers[column] ? blanks + cells[column] : cells[column] + blanks)
                    .append(GAP);
        }
        return line.toString().stripTrailing();
    }

    private static boolean isNumber(String cell) {
        return NUMBER.matcher(cell).matches();
    }
}
