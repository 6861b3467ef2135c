package dev.holdfast.config;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * The tree of a YAML text. No object is made from a tag; size, depth, aliases and the number of
 * values they unfold to are bounded. JSON is YAML, so this reads it too, with places.
 */
final class YamlTree {
  /** Characters of a text at most. */
  static final int MAX_CHARACTERS = 4 << 20;

  private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]*)");
  private static final int MAX_DEPTH = 24;
  private static final int MAX_VALUES = 200_000;
  private static final Set<Tag> KNOWN =
      Set.of(
          Tag.MAP,
          Tag.SEQ,
          Tag.STR,
          Tag.INT,
          Tag.FLOAT,
          Tag.BOOL,
          Tag.NULL,
          Tag.TIMESTAMP,
          Tag.MERGE);

  private final Faults faults;
  private final Deque<Node> open = new ArrayDeque<>();
  private int values;

  private YamlTree(Faults faults) {
    this.faults = faults;
  }

  /** The tree of a text; empty if it is not YAML, with the faults that say why. */
  static Optional<Tree> of(String text, Faults faults) {
    String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
    if (body.length() > MAX_CHARACTERS) {
      faults.add(
          Place.START,
          Spot.ROOT.key("file"),
          body.length() + " characters",
          "at most " + MAX_CHARACTERS + " characters");
      return Optional.empty();
    }
    try {
      Node node = new Yaml(options()).compose(new java.io.StringReader(body));
      return node == null
          ? Optional.of(new Tree.Fields(Place.START, List.of()))
          : Optional.ofNullable(new YamlTree(faults).tree(node, Spot.ROOT));
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
      syntax(faults, mark == null ? Place.START : place(mark), e.getProblem());
    } catch (ReaderException e) {
      String before = body.substring(0, Math.min(e.getPosition(), body.length()));
      int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
      Place at = new Place(line, before.length() - before.lastIndexOf('\n'));
      syntax(faults, at, String.format("character U+%04X", e.getCodePoint()));
    } catch (YAMLException e) {
      syntax(faults, Place.START, String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) { // of SnakeYAML: "\\u" at the end, "\\UFFFFFFFF"
      syntax(faults, Place.START, "an escape that is no character");
    }
    return Optional.empty();
  }

  private static void syntax(Faults faults, Place at, @Nullable String problem) {
    faults.add(at, Spot.ROOT.key("yaml"), String.valueOf(problem), "valid YAML, one document");
  }

  private static LoaderOptions options() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_CHARACTERS);
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setMaxAliasesForCollections(1000);
    options.setAllowRecursiveKeys(false);
    return options;
  }

  private @Nullable Tree tree(Node node, Spot spot) {
    if (faults.full()) {
      return null;
    }
    if (!KNOWN.contains(node.getTag())) {
      faults.add(place(node), spot, node.getTag().getValue(), "no tag of another language");
      return null;
    }
    if (open.contains(node)) {
      faults.add(place(node), spot, "alias of itself", "a value that ends");
      return null;
    }
    if (++values == MAX_VALUES) {
      faults.add(place(node), spot, "aliases", "at most " + MAX_VALUES + " values in all");
    }
    if (values >= MAX_VALUES) {
      return null;
    }
    open.push(node);
    try {
      if (node instanceof MappingNode mapping) {
        return fields(mapping, spot);
      }
      return node instanceof SequenceNode sequence
          ? items(sequence, spot)
          : scalar((ScalarNode) node);
    } finally {
      open.pop();
    }
  }

  private Tree fields(MappingNode node, Spot spot) {
    List<Tree.Field> fields = new ArrayList<>();
    Map<String, Place> first = new HashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      Place at = place(tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        faults.add(at, spot.key("?"), "a key of several values", "a key of one word");
        continue;
      }
      Spot inner = spot.key(key.getValue());
      Place earlier = first.putIfAbsent(key.getValue(), at);
      if (earlier != null) {
        faults.add(at, inner, "given twice", "one value; the first is in line " + earlier.line());
        continue;
      }
      Tree value = tree(tuple.getValueNode(), inner);
      if (value != null) {
        fields.add(new Tree.Field(key.getValue(), at, value));
      } else {
        fields.add(new Tree.Field(key.getValue(), at, new Tree.Broken(at)));
      }
    }
    return new Tree.Fields(place(node), fields);
  }

  private Tree items(SequenceNode node, Spot spot) {
    List<Tree> items = new ArrayList<>();
    for (Node item : node.getValue()) {
      Tree tree = tree(item, spot.item(items.size()));
      items.add(tree == null ? new Tree.Broken(place(item)) : tree);
    }
    return new Tree.Items(place(node), items);
  }

  private static Tree scalar(ScalarNode node) {
    String text = node.getValue();
    Tree.Kind kind = Tree.Kind.OTHER;
    if (node.getTag().equals(Tag.NULL)) {
      kind = Tree.Kind.NULL;
    } else if (node.getTag().equals(Tag.STR)) {
      kind = Tree.Kind.TEXT;
    } else if (node.getTag().equals(Tag.INT) && WHOLE.matcher(text).matches()) {
      kind = Tree.Kind.NUMBER;
    }
    return new Tree.Scalar(place(node), kind, text, node.isPlain());
  }

  private static Place place(Node node) {
    return place(node.getStartMark());
  }

  private static Place place(Mark mark) {
    return new Place(mark.getLine() + 1, mark.getColumn() + 1);
  }
}
