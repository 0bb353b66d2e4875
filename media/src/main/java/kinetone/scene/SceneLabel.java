package kinetone.scene;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** One word for what is true of a scene, out of few: what a classifier can learn to tell. */
public enum SceneLabel {
  /** What happens. */
  KIND {
    @Override
    public List<String> words() {
      return SceneKind.labels();
    }

    @Override
    public String of(Facts facts) {
      return facts.kind().label();
    }
  },
  /** The colour of the main thing, or {@code none} where it has none or several. */
  COLOUR {
    @Override
    public List<String> words() {
      var colours = Arrays.stream(ColourName.values()).map(ColourName::label);
      return Stream.concat(colours, Stream.of(NONE)).toList();
    }

    @Override
    public String of(Facts facts) {
      return facts.colour().map(ColourName::label).orElse(NONE);
    }
  };

  private static final String NONE = "none";

  /** All words there are. */
  public abstract List<String> words();

  /** The word for a scene. */
  public abstract String of(Facts facts);
}
