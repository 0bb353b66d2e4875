package kinetone.recipe;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.nio.file.Path;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.Check;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import kinetone.train.TrainingTask;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Module;

/**
 * What to train and how: {@code kind} is {@code video-codec}, {@code audio-codec}, {@code
 * mel-codec}, {@code vocoder}, {@code denoiser}, {@code mdsgen}, {@code cavp} or {@code align}, the
 * data, the network, the loss and the trainer's settings.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = VideoCodecRecipe.class, name = "video-codec"),
  @JsonSubTypes.Type(value = AudioCodecRecipe.class, name = "audio-codec"),
  @JsonSubTypes.Type(value = MelCodecRecipe.class, name = "mel-codec"),
  @JsonSubTypes.Type(value = VocoderRecipe.class, name = "vocoder"),
  @JsonSubTypes.Type(value = DenoiserRecipe.class, name = "denoiser"),
  @JsonSubTypes.Type(value = MdsgenRecipe.class, name = "mdsgen"),
  @JsonSubTypes.Type(value = CavpRecipe.class, name = "cavp"),
  @JsonSubTypes.Type(value = AlignRecipe.class, name = "align")
})
public sealed interface Recipe
    permits VideoCodecRecipe,
        AudioCodecRecipe,
        MelCodecRecipe,
        VocoderRecipe,
        DenoiserRecipe,
        MdsgenRecipe,
        CavpRecipe,
        AlignRecipe {
  /** The trainer's settings. */
  TrainerConfig trainer();

  /**
   * Builds the network with weights drawn from {@code rng}, and its data.
   *
   * @param device where the network lives
   */
  RecipeTask build(Rng rng, Device device);

  /** Requires that a part of a recipe was given. */
  static void require(String name, Object part) {
    Check.that(part != null, "%s is missing", name);
  }

  /**
   * Gives {@code network} the weights of the component in {@code folder}; none when that is null.
   *
   * @param type the name of the network's kind of component
   * @param config of the network. That of the component is equal: weights of a network with other
   *     heads or another prediction would fit, and mean something else
   * @throws kinetone.common.KinetoneException when the folder holds another network
   */
  static void startFrom(String folder, String type, Object config, Module network) {
    if (folder == null) {
      return;
    }
    Path component = Path.of(folder);
    Check.that(
        ComponentFolder.type(component).equals(type)
            && ComponentFolder.config(component, config.getClass()).equals(config),
        "init: %s holds another network than 'model' describes; both must be the same %s",
        folder,
        type);
    ComponentFolder.load(component, network);
  }

  /** A training task that can write what it has learned. */
  interface RecipeTask extends TrainingTask {
    /** Writes the component(s), with the weights the module holds now, into {@code folder}. */
    void export(Path folder);
  }
}
