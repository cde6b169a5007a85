package dev.annulus.query.sql.rel;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;

/**
 * What the type of rows says of their size in memory.
 *
 * @param bytes of a row that is kept, without its texts: boxed numbers, and the entry of the list,
 *     tree or table that keeps it
 * @param texts numbers of the columns whose size only their values tell
 */
public record RowWeight(long bytes, List<Integer> texts) {
  private static final int KEPT = 80;
  private static final int COLUMN = 24;

  public RowWeight {
    texts = List.copyOf(texts);
  }

  /** Of rows of a type. */
  public static RowWeight of(RelDataType row) {
    List<Integer> texts = new ArrayList<>();
    for (int i = 0; i < row.getFieldCount(); i++) {
      if (isText(row.getFieldList().get(i).getType())) {
        texts.add(i);
      }
    }
    return new RowWeight(KEPT + (long) COLUMN * row.getFieldCount(), texts);
  }

  /** Whether values of a type are of any size. */
  public static boolean isText(RelDataType type) {
    return switch (type.getSqlTypeName()) {
      case CHAR, VARCHAR, BINARY, VARBINARY, ROW, STRUCTURED, ARRAY, MULTISET, MAP, ANY, OTHER ->
          true;
      default -> false;
    };
  }
}
