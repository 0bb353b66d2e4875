package kinetone.testkit;

import java.nio.file.Path;
import java.util.List;
import kinetone.checkpoint.ComponentFolder;
import kinetone.model.uniform.UniForm;
import kinetone.model.uniform.UniFormConfig;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.SamplerChoice;
import kinetone.system.uniform.UniFormSystem;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.text.Cleaning;
import kinetone.text.T5Config;
import kinetone.text.T5Encoder;
import kinetone.text.TextEncoder;
import kinetone.text.UnigramTrainer;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A whole folder of a uniform model with random weights, for clips of {@link TinyModel#FORMAT}: it
 * makes noise, but runs.
 */
public final class TinyUniForm {
  /** Width of its captions. */
  public static final int TEXT_WIDTH = 8;

  /** The longest of its captions, in tokens. */
  public static final int TOKENS = 32;

  private TinyUniForm() {}

  /** The network for latents of so many channels and captions of this width. */
  public static UniFormConfig config(int pictureChannels, int soundChannels, int textWidth) {
    return new UniFormConfig(
        2,
        16,
        2,
        2,
        new UniFormConfig.Video(3, 2, 2, pictureChannels),
        new UniFormConfig.Audio(60, null, soundChannels, null),
        new UniFormConfig.Text(textWidth, TOKENS),
        TinyModel.FORMAT.framesPerSecond(),
        0.03,
        null);
  }

  /** The network of {@link #write}. */
  public static UniFormConfig config() {
    return config(TinyModel.CHANNELS, TinyModel.CHANNELS, TEXT_WIDTH);
  }

  /** Writes the model with all of its parts into {@code folder}; the same weights each time. */
  public static Path write(Path folder) {
    TinyModel.writeVideoCodec(folder, TinyModel.CHANNELS);
    TinyModel.writeAudioCodec(folder, TinyModel.CHANNELS);
    writeTextEncoder(folder.resolve("text_encoder"), TEXT_WIDTH);
    writeDenoiser(folder, config());
    TinyModel.writeIndex(
        folder,
        new ModelIndex(
            UniFormSystem.NAME,
            "random weights for tests",
            TinyModel.FORMAT,
            OptionValues.NONE
                .with(CommonOptions.NUM_INFERENCE_STEPS, 4)
                .with(CommonOptions.GUIDANCE_SCALE, 1.0)
                .with(CommonOptions.SAMPLER, SamplerChoice.DDIM)));
    return folder;
  }

  /** The network of {@code config}. */
  public static void writeDenoiser(Path model, UniFormConfig config) {
    try (Rng rng = new Rng(31)) {
      UniForm network = new UniForm(config, rng);
      TinyModel.shake(network, rng);
      ComponentFolder.write(
          model.resolve("denoiser"), UniForm.TYPE, config, StateDict.of(network), ScalarType.Float);
    }
  }

  /** A text encoder of {@code width}, and a vocabulary of a few words. */
  public static void writeTextEncoder(Path folder, int width) {
    T5Config config = new T5Config(400, width, 1, 2, 4, 16, 8, 16, 1e-6);
    try (Rng rng = new Rng(32)) {
      byte[] vocabulary =
          UnigramTrainer.train(
              List.of("a ball bounces twice", "rain falls on a dark pond", "a bell rings"), 60);
      T5Encoder network = new T5Encoder(config, rng);
      TinyModel.shake(network, rng);
      TextEncoder.save(folder, network, TOKENS, Cleaning.OPEN_SORA, vocabulary, ScalarType.Float);
    }
  }
}
