package kinetone.recipe;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import kinetone.common.Check;
import kinetone.media.ClipFormat;
import kinetone.scene.Captions;
import kinetone.scene.SceneGenerator;
import kinetone.tensor.Rng;
import kinetone.text.Cleaning;
import kinetone.text.T5Config;
import kinetone.text.UnigramTrainer;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;

/**
 * Training of a small encoder of captions, from nothing, together with its vocabulary: two wordings
 * of the same facts shall be near each other and far from other facts, and the facts shall be
 * readable from the encoding.
 *
 * @param data where facts come from; scenes
 * @param seconds lengths of the clips that are told of, drawn in turn: longer ones have higher
 *     counts
 * @param vocabulary of pieces
 * @param model the encoder
 * @param maxTokens the longest caption
 * @param cleaning what is done to captions first
 * @param temperature of the contrast between captions
 * @param contrastWeight of the contrast beside the facts, whose weight is 1
 * @param batch scenes per micro batch, two captions each
 * @param heldOut scenes for validation, and as many with held-out combinations
 * @param trainer the trainer's settings
 */
public record TextRecipe(
    DataConfig data,
    List<Double> seconds,
    VocabularyConfig vocabulary,
    T5Config model,
    int maxTokens,
    Cleaning cleaning,
    double temperature,
    double contrastWeight,
    int batch,
    int heldOut,
    TrainerConfig trainer)
    implements Recipe {
  /** Pieces that stand for bytes, padding, the end and what is unknown. */
  private static final int SPECIAL = 259;

  private static final double LONGEST = 600;

  /**
   * Of the vocabulary.
   *
   * @param captions from which it is learned
   * @param pieces besides those for bytes and for no text
   */
  public record VocabularyConfig(int captions, int pieces) {
    /** Checks the ranges. */
    public VocabularyConfig {
      Check.within("vocabulary.captions", captions, 1, 1_000_000);
      Check.within("vocabulary.pieces", pieces, 50, 100_000);
    }
  }

  /** Checks that the parts fit each other. */
  public TextRecipe {
    Recipe.require("data", data);
    Check.that(
        data instanceof DataConfig.Scenes,
        "data.source is not scenes, but facts are known of scenes alone");
    Recipe.require("seconds", seconds);
    seconds = List.copyOf(seconds);
    Check.that(!seconds.isEmpty(), "seconds is empty, give at least one");
    seconds.forEach(s -> Check.within("seconds", s, SceneGenerator.MIN_SECONDS, LONGEST));
    Recipe.require("vocabulary", vocabulary);
    Recipe.require("model", model);
    Recipe.require("cleaning", cleaning);
    Recipe.require("trainer", trainer);
    Check.that(
        model.vocabulary() >= SPECIAL + vocabulary.pieces(),
        "model.vocabulary = %d, must be at least %d: vocabulary.pieces and %d for bytes and ends",
        model.vocabulary(),
        SPECIAL + vocabulary.pieces(),
        SPECIAL);
    Check.within("maxTokens", maxTokens, 8, 4096);
    Check.that(temperature > 0, "temperature = %s, must be positive", temperature);
    Check.atLeast("contrastWeight", contrastWeight, 0);
    Check.within("heldOut", heldOut, 1, 100_000);
    Recipe.requireBatch(batch, 2, 2.0 * maxTokens * model.feedForward() * 4);
  }

  /** A generator of scenes of one length; nobody looks or listens, so they are small. */
  SceneGenerator scenes(int turn, long seed) {
    double length = seconds.get(turn % seconds.size());
    int rate = 1000;
    var format =
        new ClipFormat(
            16, 16, (int) Math.round(8 * length), 8, (int) Math.round(rate * length), rate);
    var mix = ((DataConfig.Scenes) data).sceneMix();
    return new SceneGenerator(format, mix, seed);
  }

  @Override
  public RecipeTask build(Rng rng, Device device) {
    byte[] pieces = learn();
    CaptionLearner learner = new CaptionLearner(model, rng);
    learner.to(device, false);
    return new TextTask(this, (DataConfig.Scenes) data, pieces, learner, device);
  }

  private byte[] learn() {
    var scenes = (DataConfig.Scenes) data;
    var random = new SplittableRandom(scenes.seed());
    List<SceneGenerator> worlds =
        IntStream.range(0, seconds.size()).mapToObj(turn -> scenes(turn, scenes.seed())).toList();
    Iterable<String> captions =
        () ->
            IntStream.range(0, vocabulary.captions())
                .mapToObj(i -> Captions.draw(worlds.get(i % worlds.size()).facts(i), random))
                .map(cleaning::clean)
                .iterator();
    return UnigramTrainer.train(captions, vocabulary.pieces());
  }
}
