package kinetone.recipe;

import static org.bytedeco.pytorch.global.torch.matmul;

import java.util.EnumMap;
import java.util.Map;
import kinetone.nn.Linear;
import kinetone.scene.ColourName;
import kinetone.scene.SceneKind;
import kinetone.tensor.Rng;
import kinetone.text.EncodedText;
import kinetone.text.T5Config;
import kinetone.text.T5Encoder;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * An encoder of captions and what reads facts from the mean of its tokens. Only the first is kept.
 */
final class CaptionLearner extends Module {
  private static final int COUNTS = 13;
  private static final int CONTRAST = 64;

  private final T5Encoder encoder;
  private final Linear contrast;
  private final Map<Fact, Linear> queries = new EnumMap<>(Fact.class);
  private final Map<Fact, Linear> heads = new EnumMap<>(Fact.class);

  /** What is read from captions. */
  enum Fact {
    /** What happens. */
    KIND(SceneKind.values().length),
    /** The colour of the main thing, after "none is told". */
    COLOUR(ColourName.values().length + 1),
    /** How often the main thing sounds, 0 where that is not told. */
    COUNT(COUNTS),
    /** The colour of the second thing. */
    OTHER_COLOUR(ColourName.values().length + 1),
    /** How often the second thing sounds. */
    OTHER_COUNT(COUNTS);

    private final int classes;

    Fact(int classes) {
      this.classes = classes;
    }

    int classes() {
      return classes;
    }

    String label() {
      var words = new StringBuilder();
      for (String word : name().toLowerCase(java.util.Locale.ROOT).split("_", -1)) {
        words.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
      }
      return words.toString();
    }
  }

  CaptionLearner(T5Config config, Rng rng) {
    super("CaptionLearner");
    encoder = register_module("encoder", new T5Encoder(config, rng));
    contrast = register_module("contrast", Linear.xavier(config.width(), CONTRAST, rng));
    for (var fact : Fact.values()) {
      queries.put(
          fact, register_module("find" + fact.label(), Linear.xavier(config.width(), 1, rng)));
      heads.put(
          fact,
          register_module(
              "read" + fact.label(), Linear.xavier(config.width(), fact.classes(), rng)));
    }
  }

  T5Encoder encoder() {
    return encoder;
  }

  /** Captions to logits (B, classes). */
  Tensor read(Fact fact, EncodedText text) {
    Tensor scores = queries.get(fact).forward(text.embedding()).squeeze(-1);
    Tensor weights =
        scores.where(text.mask(), new Scalar(Double.NEGATIVE_INFINITY)).softmax(-1).unsqueeze(1);
    return heads.get(fact).forward(matmul(weights, text.embedding()).squeeze(1));
  }

  /** The mean of tokens (B, D) to what is compared, (B, 64). */
  Tensor compared(Tensor mean) {
    return contrast.forward(mean);
  }
}
